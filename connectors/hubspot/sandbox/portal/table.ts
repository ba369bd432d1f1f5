import { mergedProperties } from './merge.ts'
import type { Source, StoredRecord } from './stored-record.ts'

/** The records of one object. */
export interface Table {
  /** By its id or one that was merged into it; not when it is archived. */
  find(id: string): StoredRecord | undefined
  /** Archived ones too. */
  findAny(id: string): StoredRecord | undefined
  /** The record that holds this value of a unique property. */
  holder(property: string, value: string): StoredRecord | undefined
  create(values: Values, write: Write): StoredRecord
  update(record: StoredRecord, values: Values, write: Write): StoredRecord
  archive(record: StoredRecord, at: number): void
  restore(record: StoredRecord, at: number): void
  /** Both become one under a new id, to which both ids lead from then on. */
  merge(primary: StoredRecord, other: StoredRecord, write: Write): StoredRecord
  /** At most `limit` records with an id above `after`, lowest first. */
  page(after: string | undefined, limit: number, archived: boolean): StoredRecord[]
  count(archived: boolean): number
  /** From now on no two records hold the same value of this property. */
  keepUnique(property: string): void
  /** Everything that was ever stored, and which old id leads where. */
  records(): Iterable<StoredRecord>
  aliases(): Iterable<[string, string]>
  load(records: readonly StoredRecord[], aliases: readonly (readonly [string, string])[]): void
}

export type Values = Readonly<Record<string, string>>

interface Write {
  at: number
  source: Source
}

export interface TableEvents {
  nextId(): string
  /** After each change; `record` is null where the id stands for no record any more. */
  changed(id: string, record: StoredRecord | null, at: number): void
}

export function createTable(events: TableEvents): Table {
  const records = new Map<string, StoredRecord>()
  /** Ascending, because new ids are always the highest. */
  const ids: string[] = []
  const aliases = new Map<string, string>()
  const unique = new Map<string, Map<string, string>>()

  const release = (record: StoredRecord) => {
    for (const [property, holders] of unique) {
      const value = record.properties[property]
      if (value !== undefined && holders.get(value) === record.id) holders.delete(value)
    }
  }
  const claim = (record: StoredRecord) => {
    if (record.archivedAt !== null) return
    for (const [property, holders] of unique) {
      const value = record.properties[property]
      if (value !== undefined) holders.set(value, record.id)
    }
  }
  const put = (record: StoredRecord, at: number) => {
    const before = records.get(record.id)
    if (before === undefined) ids.push(record.id)
    else release(before)
    records.set(record.id, record)
    claim(record)
    events.changed(record.id, record, at)
    return record
  }
  const remove = (record: StoredRecord, to: string, at: number) => {
    release(record)
    records.delete(record.id)
    aliases.set(record.id, to)
    events.changed(record.id, null, at)
  }
  const current = (id: string): string => {
    let now = id
    for (let next = aliases.get(now); next !== undefined; next = aliases.get(now)) now = next
    return now
  }
  const findAny = (id: string) => records.get(current(id))
  const alive = (record: StoredRecord | undefined) => (record?.archivedAt === null ? record : undefined)

  return {
    find: id => alive(findAny(id)),
    findAny,
    holder: (property, value) => {
      const id = unique.get(property)?.get(value)
      return id === undefined ? undefined : records.get(id)
    },
    create: (values, write) => put(edited(blank(events.nextId(), write.at), values, write), write.at),
    update: (record, values, write) => put(edited(record, values, write), write.at),
    archive: (record, at) => {
      put({ ...record, archivedAt: at, updatedAt: at }, at)
    },
    restore: (record, at) => {
      put({ ...record, archivedAt: null, updatedAt: at }, at)
    },
    merge: (primary, other, write) => {
      const id = events.nextId()
      remove(primary, id, write.at)
      remove(other, id, write.at)
      const mergedIds = [...primary.mergedIds, primary.id, ...other.mergedIds, other.id]
      const createdAt = Math.min(primary.createdAt, other.createdAt)
      const from = { ...blank(id, createdAt), mergedIds, edits: primary.edits }
      return put(edited(from, mergedProperties(primary.properties, other.properties), write), write.at)
    },
    page: (after, limit, archived) => {
      const page: StoredRecord[] = []
      for (let at = after === undefined ? 0 : firstAbove(ids, Number(after)); at < ids.length; at++) {
        const record = records.get(ids[at] ?? '')
        if (record === undefined || (record.archivedAt !== null) !== archived) continue
        page.push(record)
        if (page.length === limit) break
      }
      return page
    },
    count: archived =>
      records.values().reduce((n, record) => n + ((record.archivedAt !== null) === archived ? 1 : 0), 0),
    keepUnique: property => {
      unique.set(property, new Map())
      for (const record of records.values()) claim(record)
    },
    records: () => records.values(),
    aliases: () => aliases.entries(),
    load: (stored, oldIds) => {
      for (const [old, now] of oldIds) aliases.set(old, now)
      for (const record of stored.toSorted((a, b) => Number(a.id) - Number(b.id)))
        put(record, record.updatedAt)
    },
  }
}

const blank = (id: string, at: number): StoredRecord => ({
  id,
  properties: {},
  createdAt: at,
  updatedAt: at,
  archivedAt: null,
  mergedIds: [],
  edits: null,
})

/** The history keeps only what a write changed; the date of the last change moves with every write. */
function edited(record: StoredRecord, values: Values, { at, source }: Write): StoredRecord {
  const changes = Object.entries(values).filter(([name, value]) => (record.properties[name] ?? '') !== value)
  if (changes.length === 0) return { ...record, updatedAt: at }
  const properties = { ...record.properties }
  for (const [name, value] of changes) {
    if (value === '') delete properties[name]
    else properties[name] = value
  }
  const edits = { at, source, values: Object.fromEntries(changes), before: record.edits }
  return { ...record, properties, updatedAt: at, edits }
}

/** The place of the first id above `after` in an ascending list. */
function firstAbove(ids: readonly string[], after: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (Number(ids[middle]) > after) high = middle
    else low = middle + 1
  }
  return low
}
