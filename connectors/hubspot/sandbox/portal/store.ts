import type { Portal, PortalObject } from './portal.ts'
import type { StoredRecord } from './stored-record.ts'

/** Writes values that were checked; `record` null makes a new one. */
export function store(
  { clock, counters }: Portal,
  { type, table }: PortalObject,
  record: StoredRecord | null,
  values: Readonly<Record<string, string>>,
): StoredRecord {
  const write = { at: clock.now(), source: 'INTEGRATION' } as const
  const stored = record === null ? table.create(values, write) : table.update(record, values, write)
  counters.written(type.name, record, stored)
  return stored
}
