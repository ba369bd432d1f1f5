import { checkDuplicates } from '../org/duplicate-rules.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { type FlatFields, isDeleted } from '../org/stored-record.ts'
import type { Caller } from '../rest/caller.ts'
import type { RowError } from './outcome.ts'

/** What is looked at once the record is put together: rules of the org, then its lock. */
export function checkRules(
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

/** What a write finds that comes while another holds the record. */
export function takeLock(org: Org, id: string): RowError | undefined {
  const left = org.locks.get(id)
  if (left === undefined) return undefined
  if (left > 1) org.locks.set(id, left - 1)
  else org.locks.delete(id)
  const message = `unable to obtain exclusive access to this record or 1 records: ${id}`
  return { statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] }
}
