import { badRequest } from '../rest/refusal.ts'
import type { PortalObject } from './portal.ts'
import type { StoredRecord } from './stored-record.ts'

const RECORD_ID = /^\d+$/

/** The live record that an id, or a value of a unique property, stands for. */
export function locate(
  { type, table, catalogue, portalId }: PortalObject,
  id: string,
  idProperty: string | undefined,
): StoredRecord | undefined {
  if (idProperty === undefined) {
    if (!RECORD_ID.test(id)) throw badRequest(`${id} is not a valid record id`)
    return table.find(id)
  }
  const property = catalogue.find(idProperty)
  if (property === undefined) throw badRequest(`Property ${idProperty} does not exist`)
  if (!property.hasUniqueValue) {
    throw badRequest(
      `Unable to perform update/upsert by non-unique ${type.id} property ${idProperty} in portal ID ${portalId}`,
    )
  }
  return table.holder(idProperty, idProperty === 'email' ? id.toLowerCase() : id)
}

/** The same record twice, under whatever ids, is refused whole. */
export function refuseDuplicates(inputs: readonly { id: string; record: StoredRecord | undefined }[]): void {
  const seen = new Set<string>()
  const twice = inputs.filter(({ id, record }) => {
    const key = record === undefined ? `id ${id}` : `record ${record.id}`
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
  if (twice.length === 0) return
  const ids = twice.map(({ id }) => id).join(', ')
  throw badRequest(`Duplicate IDs found in batch input: [${ids}]. IDs must be unique`)
}
