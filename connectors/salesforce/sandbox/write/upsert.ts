import type { SandboxUser } from '../options.ts'
import type { Field } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import type { Value } from '../org/stored-record.ts'
import { keyOf } from '../org/table.ts'
import type { Caller } from '../rest/caller.ts'
import { notFound } from '../rest/refusal.ts'
import { failed, type Outcome, type RowError, rowError } from './outcome.ts'
import { type Row, visibleField } from './row.ts'
import { insert, update } from './write.ts'

/** The field that an upsert goes by. Throws a 404 for one that is no external id, or not this user's to see. */
export function externalIdField(org: Org, user: SandboxUser, object: ObjectType, name: string): Field {
  const field = visibleField(org, user, object, name)
  if (field === undefined || !(field.externalId || field.type === 'id')) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`)
  }
  return field
}

/** Creates a record, or updates the one whose `key` field has the row's value. */
export function upsert(org: Org, caller: Caller, object: ObjectType, key: Field, row: Row): Outcome {
  const value = row.values.get(key) ?? null
  if (row.errors.length > 0) return { success: false, errors: row.errors }
  if (value === null) return failed('MISSING_ARGUMENT', `${key.name} not specified`)
  const holders = holdersOf(org, object, key, value)
  if (holders.length > 1) {
    return failed(
      'DUPLICATE_EXTERNAL_ID',
      `${key.name}: more than one record found for external id field`,
      key.name,
    )
  }
  const [id] = holders
  if (id === undefined) return insert(org, caller, object, row)
  // The key says which record is meant: an upsert does not write it again, so it needs no right to edit it.
  const rest = new Map([...row.values].filter(([field]) => field !== key))
  return update(org, caller, object, id, { values: rest, errors: [] })
}

export function holdersOf(org: Org, object: ObjectType, key: Field, value: Value): readonly string[] {
  const table = org.table(object.name)
  table.keepIndex(key.name, key)
  return table.holders(key.name, value)
}

/** Keys that two rows of one request name: Salesforce fails those rows. */
export function sharedKeys(rows: readonly Row[], key: Field): (row: Row) => RowError | undefined {
  const counts = new Map<string, number>()
  const keyOfRow = (row: Row) => {
    const value = row.values.get(key) ?? null
    return value === null ? undefined : keyOf(value, key)
  }
  for (const row of rows) {
    const value = keyOfRow(row)
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return row => {
    const value = keyOfRow(row)
    if (value === undefined || (counts.get(value) ?? 0) < 2) return undefined
    return rowError('DUPLICATE_VALUE', `Duplicate external id specified: ${row.values.get(key)}`, key.name)
  }
}
