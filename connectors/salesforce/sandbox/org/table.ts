import { isDeleted, type StoredRecord, type Value } from './stored-record.ts'

/** The records of one object, deleted ones too, in the order in which they were made. */
export interface Table {
  get(id: string): StoredRecord | undefined
  all(): Iterable<StoredRecord>
  put(record: StoredRecord): void
  drop(id: string): void
  /** Keeps an index by the field; asking twice is nothing. */
  keepIndex(field: string, options: { caseSensitive: boolean }): void
  /** Ids of live records with the value. Throws where no index was kept. */
  holders(field: string, value: Value): readonly string[]
  /** Grows with every change. */
  version(): number
}

interface Index {
  field: string
  caseSensitive: boolean
  ids: Map<string, string[]>
}

/** `changed` hears of each change with what was there before. */
export function createTable(changed: (id: string, before: StoredRecord | undefined) => void): Table {
  const records = new Map<string, StoredRecord>()
  const indexes = new Map<string, Index>()
  let version = 0

  const replace = (id: string, after: StoredRecord | undefined) => {
    const before = records.get(id)
    for (const index of indexes.values()) reindex(index, before, after)
    if (after === undefined) records.delete(id)
    else records.set(id, after)
    version++
    changed(id, before)
  }
  return {
    get: id => records.get(id),
    all: () => records.values(),
    put: record => replace(record.id, record),
    drop: id => replace(id, undefined),
    keepIndex: (field, { caseSensitive }) => {
      if (indexes.has(field)) return
      const index: Index = { field, caseSensitive, ids: new Map() }
      for (const record of records.values()) reindex(index, undefined, record)
      indexes.set(field, index)
    },
    holders: (field, value) => {
      const index = indexes.get(field)
      if (index === undefined) throw new Error(`the sandbox keeps no index by ${field}`)
      return index.ids.get(keyOf(value, index)) ?? []
    },
    version: () => version,
  }
}

export function keyOf(value: Value, { caseSensitive }: { caseSensitive: boolean }): string {
  const text = String(value)
  return caseSensitive ? text : text.toLowerCase()
}

/** A deleted record gives its values free; nulls are in no index. */
function reindex(index: Index, before: StoredRecord | undefined, after: StoredRecord | undefined): void {
  const from = indexed(index, before)
  const to = indexed(index, after)
  if (from === to) return
  if (from !== undefined && before !== undefined) {
    const left = (index.ids.get(from) ?? []).filter(id => id !== before.id)
    if (left.length === 0) index.ids.delete(from)
    else index.ids.set(from, left)
  }
  if (to === undefined || after === undefined) return
  const ids = index.ids.get(to)
  if (ids === undefined) index.ids.set(to, [after.id])
  else ids.push(after.id)
}

function indexed(index: Index, record: StoredRecord | undefined): string | undefined {
  if (record === undefined || isDeleted(record)) return undefined
  const value = record.values[index.field] ?? null
  return value === null ? undefined : keyOf(value, index)
}
