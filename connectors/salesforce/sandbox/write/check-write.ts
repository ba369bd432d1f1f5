import type { SandboxUser } from '../options.ts'
import { type Field, isNumber } from '../org/field.ts'
import { tooLong } from '../org/field-value.ts'
import { parseId } from '../org/id.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { isDeleted, type StoredRecord, type Value } from '../org/stored-record.ts'
import { keyOf } from '../org/table.ts'
import { type RowError, rowError } from './outcome.ts'

export interface Checked {
  org: Org
  object: ObjectType
  user: SandboxUser
  /** Null for a new record. */
  before: StoredRecord | null
  values: ReadonlyMap<Field, Value>
}

/** What Salesforce would say to the write; the first thing that is wrong, as it does. */
export function checkWrite(write: Checked): RowError | undefined {
  return (
    checkAccess(write) ??
    checkRequired(write) ??
    first(write, checkValue) ??
    first(write, checkReference) ??
    first(write, checkUnique)
  )
}

function first(
  write: Checked,
  check: (write: Checked, field: Field, value: NonNullable<Value>) => RowError | undefined,
): RowError | undefined {
  for (const [field, value] of write.values) {
    const error = value === null ? undefined : check(write, field, value)
    if (error !== undefined) return error
  }
  return undefined
}

function checkAccess({ org, object, user, before, values }: Checked): RowError | undefined {
  const refused = [...values.keys()].filter(field => {
    const open = before === null ? field.createable : field.updateable
    return !open || !org.permissions.field(user, object, field).edit || isPersonsName(object, field, before)
  })
  if (refused.length === 0) return undefined
  const names = refused.map(({ name }) => name)
  const message = `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`
  return rowError('INVALID_FIELD_FOR_INSERT_UPDATE', message, ...names)
}

/** The name of a Person Account is its first and last name. */
function isPersonsName(object: ObjectType, field: Field, before: StoredRecord | null): boolean {
  return object.name === 'Account' && field.name === 'Name' && before?.values.IsPersonAccount === true
}

function checkRequired({ object, before, values }: Checked): RowError | undefined {
  const missing = object.fields.filter(field => {
    if (field.nillable || !field.createable) return false
    const given = values.get(field)
    if (given !== undefined) return given === null
    return before === null && !field.defaultedOnCreate && !namedAsPerson(object, field, values)
  })
  if (missing.length === 0) return undefined
  const names = missing.map(({ name }) => name)
  return rowError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, ...names)
}

/** An Account with a last name becomes a Person Account, and has no name of its own. */
function namedAsPerson(object: ObjectType, field: Field, values: ReadonlyMap<Field, Value>): boolean {
  if (object.name !== 'Account' || field.name !== 'Name') return false
  return values.keys().some(({ name }) => name === 'LastName')
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function checkValue(_write: Checked, field: Field, value: NonNullable<Value>): RowError | undefined {
  if (tooLong(field, value)) {
    const message = `${field.label}: data value too large: ${value} (max length=${field.length})`
    return rowError('STRING_TOO_LONG', message, field.name)
  }
  if (field.type === 'email' && !EMAIL.test(String(value))) {
    return rowError('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, field.name)
  }
  if (isNumber(field) && Math.abs(Number(value)) >= 10 ** (field.precision - field.scale)) {
    const message = `${field.label}: value outside of valid range on numeric field: ${value}`
    return rowError('NUMBER_OUTSIDE_VALID_RANGE', message, field.name)
  }
  if (field.restrictedPicklist && !field.picklistValues.some(one => one.value === value)) {
    const message = `${field.label}: bad value for restricted picklist field: ${value}`
    return rowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, field.name)
  }
  return undefined
}

function checkReference(
  { org, object }: Checked,
  field: Field,
  value: NonNullable<Value>,
): RowError | undefined {
  if (field.type !== 'reference') return undefined
  const id = parseId(String(value))
  if (id === undefined)
    return rowError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${value}`, field.name)
  const target = org.catalogue.ofPrefix(id.slice(0, 3))
  if (target === undefined || !field.referenceTo.includes(target.name)) {
    return rowError(
      'FIELD_INTEGRITY_EXCEPTION',
      `${field.label}: id value of incorrect type: ${value}`,
      field.name,
    )
  }
  const record = org.table(target.name).get(id)
  if (record === undefined)
    return rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', field.name)
  if (isDeleted(record)) return rowError('ENTITY_IS_DELETED', 'entity is deleted', field.name)
  if (record.values.IsConverted === true) {
    return rowError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', field.name)
  }
  if (field.name === 'OwnerId' && record.values.IsActive === false) {
    const message = `operation performed with inactive user [${id}] as owner of ${object.label.toLowerCase()}`
    return rowError('INACTIVE_OWNER_OR_USER', message, field.name)
  }
  return undefined
}

function checkUnique(
  { org, object, before }: Checked,
  field: Field,
  value: NonNullable<Value>,
): RowError | undefined {
  if (!field.unique) return undefined
  const holder = org
    .table(object.name)
    .holders(field.name, value)
    .find(id => id !== before?.id)
  if (holder === undefined) return undefined
  return rowError('DUPLICATE_VALUE', duplicateValue(field, holder))
}

function duplicateValue(field: Field, holder: string): string {
  return `duplicate value found: ${field.name} duplicates value on record with id: ${holder}`
}

/** Unique values that two rows of one request claim: Salesforce fails those rows. */
export function sharedValues(
  rows: readonly { values: ReadonlyMap<Field, Value> }[],
): (row: { values: ReadonlyMap<Field, Value> }) => RowError | undefined {
  const claims = new Map<string, number>()
  const claimsOf = (row: { values: ReadonlyMap<Field, Value> }) =>
    [...row.values].flatMap(([field, value]) =>
      field.unique && value !== null ? [{ field, key: `${field.name}\n${keyOf(value, field)}` }] : [],
    )
  for (const row of rows) for (const { key } of claimsOf(row)) claims.set(key, (claims.get(key) ?? 0) + 1)
  return row => {
    const shared = claimsOf(row).find(({ key }) => (claims.get(key) ?? 0) > 1)
    return shared && rowError('DUPLICATE_VALUE', duplicateValue(shared.field, '<unknown>'))
  }
}
