import { parseId } from '../org/id.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { isDeleted, type StoredRecord } from '../org/stored-record.ts'
import { failed, type Outcome } from '../write/outcome.ts'
import type { Row } from '../write/row.ts'
import type { Caller } from './caller.ts'

type Failed = Extract<Outcome, { success: false }>

/** The record that a write is for, or why there is none. */
export function targetOf(org: Org, object: ObjectType, givenId: string): StoredRecord | Failed {
  const id = parseId(givenId)
  if (id === undefined) return failed('MALFORMED_ID', `malformed id ${givenId}`, 'Id')
  if (!id.startsWith(object.keyPrefix)) {
    return failed('MALFORMED_ID', `${object.label} ID: id value of incorrect type: ${givenId}`, 'Id')
  }
  const record = org.table(object.name).get(id)
  if (record === undefined) return failed('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
  return isDeleted(record) ? failed('ENTITY_IS_DELETED', 'entity is deleted') : record
}

/** What stands against the write whatever the record is: the object, the caller's rights, fields that are not there. */
export function refusedRow(
  org: Org,
  { user }: Caller,
  object: ObjectType,
  right: 'create' | 'edit' | 'delete',
  row: Row,
): Failed | undefined {
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
