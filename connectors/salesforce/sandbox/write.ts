import { checkWrite } from './check-write.ts'
import { checkDuplicates } from './duplicate-rules.ts'
import type { Field } from './field.ts'
import { parseId } from './id.ts'
import type { ObjectType } from './object-type.ts'
import type { SandboxUser } from './options.ts'
import type { Org } from './org.ts'
import { done, failed, type Outcome, type RowError } from './outcome.ts'
import { publish } from './publish.ts'
import type { Row } from './row.ts'
import { type FlatFields, isDeleted, type StoredRecord, type Value } from './stored-record.ts'

/** Who writes, and what the headers say. */
export interface Caller {
  user: SandboxUser
  /** Unless `Sforce-Auto-Assign: FALSE`. */
  autoAssign: boolean
  /** `Sforce-Duplicate-Rule-Header: allowSave=true`. */
  allowDuplicates: boolean
}

export function insert(org: Org, caller: Caller, object: ObjectType, row: Row): Outcome {
  const refused = refusedRow(org, caller, object, 'create', row)
  if (refused !== undefined) return refused
  if (object.kind === 'event') return publish(org, caller.user, object, row)
  const error = checkWrite({ org, object, user: caller.user, before: null, values: row.values })
  if (error !== undefined) return { success: false, errors: [error] }
  const at = new Date(org.clock.now()).toISOString()
  const id = org.newId(object.keyPrefix)
  const fields = settle(object, {
    ...defaultsOf(object),
    ...(object.fields.some(({ name }) => name === 'OwnerId') ? { OwnerId: caller.user.id } : {}),
    ...plain(row.values),
    ...assigned(org, caller, object),
    Id: id,
    IsDeleted: false,
    CreatedDate: at,
    CreatedById: caller.user.id,
    LastModifiedDate: at,
    LastModifiedById: caller.user.id,
    SystemModstamp: at,
  })
  const late = checkRules(org, caller, object, null, fields)
  if (late !== undefined) return { success: false, errors: [late] }
  org.table(object.name).put({ id, values: fields })
  org.counters.written('created')
  return done(id, true)
}

export function update(org: Org, caller: Caller, object: ObjectType, givenId: string, row: Row): Outcome {
  const refused = refusedRow(org, caller, object, 'edit', row)
  if (refused !== undefined) return refused
  const found = liveRecord(org, object, givenId)
  if ('errors' in found) return found
  const { id } = found
  if (found.values.IsConverted === true) {
    return failed('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead')
  }
  const error = checkWrite({ org, object, user: caller.user, before: found, values: row.values })
  if (error !== undefined) return { success: false, errors: [error] }
  const at = new Date(org.clock.now()).toISOString()
  const changes = { ...plain(row.values), ...assigned(org, caller, object) }
  const differs = Object.entries(changes).some(([name, value]) => (found.values[name] ?? null) !== value)
  const fields = settle(object, {
    ...found.values,
    ...changes,
    LastModifiedDate: at,
    LastModifiedById: caller.user.id,
    SystemModstamp: at,
  })
  const late = checkRules(org, caller, object, id, fields)
  if (late !== undefined) return { success: false, errors: [late] }
  org.table(object.name).put({ id, values: fields })
  org.counters.written(differs ? 'updated' : 'unchanged')
  return done(id, false)
}

export function remove(org: Org, caller: Caller, object: ObjectType, givenId: string): Outcome {
  const refused = refusedRow(org, caller, object, 'delete', { values: new Map(), errors: [] })
  if (refused !== undefined) return refused
  const found = liveRecord(org, object, givenId)
  if ('errors' in found) return found
  const locked = takeLock(org, found.id)
  if (locked !== undefined) return { success: false, errors: [locked] }
  markDeleted(org, object.name, found)
  org.counters.written('deleted')
  return done(found.id, false)
}

export function markDeleted(org: Org, object: string, record: StoredRecord, more: FlatFields = {}): void {
  const at = new Date(org.clock.now()).toISOString()
  const values = { ...record.values, ...more, IsDeleted: true, LastModifiedDate: at, SystemModstamp: at }
  org.table(object).put({ id: record.id, values })
}

function liveRecord(
  org: Org,
  object: ObjectType,
  givenId: string,
): StoredRecord | Extract<Outcome, { success: false }> {
  const wrong = (code: string, message: string, ...fields: string[]) => ({
    success: false as const,
    errors: [{ statusCode: code, message, fields }],
  })
  const id = parseId(givenId)
  if (id === undefined) return wrong('MALFORMED_ID', `malformed id ${givenId}`, 'Id')
  if (!id.startsWith(object.keyPrefix)) {
    return wrong('MALFORMED_ID', `${object.label} ID: id value of incorrect type: ${givenId}`, 'Id')
  }
  const record = org.table(object.name).get(id)
  if (record === undefined) return wrong('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
  return isDeleted(record) ? wrong('ENTITY_IS_DELETED', 'entity is deleted') : record
}

function refusedRow(
  org: Org,
  { user }: Caller,
  object: ObjectType,
  right: 'create' | 'edit' | 'delete',
  row: Row,
): Outcome | undefined {
  const open = { create: object.createable, edit: object.updateable, delete: object.deletable }[right]
  if (!open)
    return failed(
      'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
      `entity type ${object.name} does not support ${right}`,
    )
  const allowed = org.permissions.object(user, object)[right] && (object.kind !== 'setup' || user.admin)
  if (!allowed) return failed('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id')
  return row.errors.length === 0 ? undefined : { success: false, errors: row.errors }
}

/** What is looked at once the record is put together: rules of the org, then its lock. */
function checkRules(
  org: Org,
  caller: Caller,
  object: ObjectType,
  id: string | null,
  fields: FlatFields,
): RowError | undefined {
  return (
    checkAssignment(org, object, id, fields) ??
    checkDuplicates(org, { object: object.name, id, fields }, caller.allowDuplicates) ??
    org.faults.poisoned({ object: object.name, ...(id === null ? {} : { id }), fields }) ??
    (id === null ? undefined : takeLock(org, id))
  )
}

/** A permission set is assigned to a user once. */
function checkAssignment(
  org: Org,
  object: ObjectType,
  id: string | null,
  fields: FlatFields,
): RowError | undefined {
  if (object.name !== 'PermissionSetAssignment') return undefined
  const twin = [...org.table(object.name).all()].some(
    other =>
      other.id !== id &&
      !isDeleted(other) &&
      other.values.AssigneeId === fields.AssigneeId &&
      other.values.PermissionSetId === fields.PermissionSetId,
  )
  if (!twin) return undefined
  const message = `Duplicate PermissionSetAssignment. Assignee: ${fields.AssigneeId}; Permission Set: ${fields.PermissionSetId}`
  return { statusCode: 'DUPLICATE_VALUE', message, fields: ['AssigneeId', 'PermissionSetId'] }
}

function takeLock(org: Org, id: string): RowError | undefined {
  const left = org.locks.get(id)
  if (left === undefined) return undefined
  if (left > 1) org.locks.set(id, left - 1)
  else org.locks.delete(id)
  const message = `unable to obtain exclusive access to this record or 1 records: ${id}`
  return { statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] }
}

function assigned(org: Org, { autoAssign }: Caller, object: ObjectType): FlatFields {
  const owner = autoAssign ? org.settings.assignmentRules[object.name] : undefined
  return owner === undefined ? {} : { OwnerId: owner }
}

/** Ids come in 15 characters too, and are kept in 18. */
function plain(values: ReadonlyMap<Field, Value>): Record<string, Value> {
  return Object.fromEntries(
    [...values].map(([field, value]) => [
      field.name,
      field.type === 'reference' && value !== null ? (parseId(String(value)) ?? value) : value,
    ]),
  )
}

function defaultsOf(object: ObjectType): Record<string, Value> {
  return Object.fromEntries(
    object.fields.flatMap(({ name, type, defaultValue }) => {
      if (defaultValue !== null) return [[name, defaultValue]]
      return type === 'boolean' ? [[name, false]] : []
    }),
  )
}

/** What Salesforce works out of the other fields. */
export function settle(object: ObjectType, fields: FlatFields): FlatFields {
  const person = [fields.FirstName, fields.LastName].filter(part => part != null).join(' ')
  if (object.personName) return { ...fields, Name: person }
  if (object.name === 'Account' && fields.LastName != null)
    return { ...fields, Name: person, IsPersonAccount: true }
  if (object.name === 'Task') return { ...fields, IsClosed: fields.Status === 'Completed' }
  return fields
}
