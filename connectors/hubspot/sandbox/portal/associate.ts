import type { NewAssociations } from '../batch/batch-request.ts'
import { badRequest } from '../rest/refusal.ts'
import { type AssociationType, associationType } from './association-types.ts'
import type { Portal, PortalObject } from './portal.ts'
import type { StoredRecord } from './stored-record.ts'

/** The objects that a new record's associations lead to; throws a 400 for one that leads nowhere. */
export function associatedObjects(portal: Portal, object: PortalObject, wanted: NewAssociations): string[] {
  return ends(portal, object, wanted).map(({ type }) => type.to)
}

/** Ties a record to those that its create named. */
export function associate(
  portal: Portal,
  object: PortalObject,
  record: StoredRecord,
  wanted: NewAssociations,
): void {
  for (const { type, to } of ends(portal, object, wanted)) portal.associations.add(type, record.id, to.id)
}

function ends(portal: Portal, object: PortalObject, wanted: NewAssociations) {
  return wanted.flatMap(({ to, types }) =>
    types.map(({ associationTypeId }) => {
      const type = knownType(object.type.name, associationTypeId)
      return { type, to: knownRecord(portal, type.to, to.id) }
    }),
  )
}

export function knownType(from: string, id: number): AssociationType {
  const type = associationType(id)
  if (type?.from !== from) throw badRequest(`${id} is not a valid association type of ${from}`)
  return type
}

export function knownRecord(portal: Portal, object: string, id: string): StoredRecord {
  const record = portal.object(object).table.find(id)
  if (record === undefined) {
    throw badRequest(`No ${object} with id ${id}`, { subCategory: 'INVALID_OBJECT_IDS' })
  }
  return record
}
