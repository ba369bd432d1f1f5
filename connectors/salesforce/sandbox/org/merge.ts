import { markDeleted } from '../write/write.ts'
import type { Org } from './org.ts'
import type { StoredRecord } from './stored-record.ts'

/** Makes one record of two: the other is deleted and tells its survivor, and what hung on it moves over. */
export function merge(org: Org, object: string, primary: StoredRecord, other: StoredRecord): void {
  markDeleted(org, object, other, { MasterRecordId: primary.id })
  const at = new Date(org.clock.now()).toISOString()
  org.table(object).put({
    id: primary.id,
    values: { ...primary.values, LastModifiedDate: at, SystemModstamp: at },
  })
  for (const type of org.catalogue.all()) {
    const lookups = type.fields.filter(field => field.createable && field.referenceTo.includes(object))
    if (lookups.length === 0) continue
    for (const record of [...org.table(type.name).all()]) {
      const moved = lookups.filter(({ name }) => record.values[name] === other.id)
      if (moved.length === 0) continue
      const changes = Object.fromEntries(moved.map(({ name }) => [name, primary.id]))
      org.table(type.name).put({ id: record.id, values: { ...record.values, ...changes } })
    }
  }
}
