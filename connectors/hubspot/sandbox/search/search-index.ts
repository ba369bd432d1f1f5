import type { StoredRecord } from '../portal/stored-record.ts'

/** What search knows: the records as they were some time ago. */
export interface SearchIndex {
  /** The record as it is from `at` on; search sees it when the lag is over. Null: it is no more. */
  publish(id: string, record: StoredRecord | null, at: number): void
  /** Search sees the record at once, as if it had been there for long. */
  reveal(record: StoredRecord): void
  /** Takes in what has become visible by now. */
  advance(now: number): void
  /** Lowest id first. */
  records(): Iterable<StoredRecord>
  /** Records that hold this lower-case value of a property that is looked up often; undefined: look at all. */
  holding(property: string, value: string): Iterable<StoredRecord> | undefined
  /** Differs whenever the records do. */
  version(): number
}

/** Properties that matching looks thousands of values up by. */
const LOOKED_UP = ['domain', 'hs_additional_domains', 'email'] as const

export function createSearchIndex(lagMs: number): SearchIndex {
  const visible = new Map<string, StoredRecord>()
  const holders = new Map<string, Map<string, Set<string>>>(LOOKED_UP.map(name => [name, new Map()]))
  let waiting: { id: string; record: StoredRecord | null; visibleAt: number }[] = []
  let version = 0

  const forget = (record: StoredRecord) => {
    for (const [property, byValue] of holders) {
      for (const value of members(record, property)) {
        const ids = byValue.get(value)
        ids?.delete(record.id)
        if (ids?.size === 0) byValue.delete(value)
      }
    }
  }
  const learn = (record: StoredRecord) => {
    for (const [property, byValue] of holders) {
      for (const value of members(record, property)) {
        const ids = byValue.get(value)
        if (ids === undefined) byValue.set(value, new Set([record.id]))
        else ids.add(record.id)
      }
    }
  }
  const show = (id: string, record: StoredRecord | null) => {
    const before = visible.get(id)
    if (before !== undefined) forget(before)
    if (record === null || record.archivedAt !== null) visible.delete(id)
    else {
      visible.set(id, record)
      learn(record)
    }
    version++
  }
  return {
    publish: (id, record, at) => {
      waiting.push({ id, record, visibleAt: at + lagMs })
    },
    reveal: record => show(record.id, record),
    advance: now => {
      const later = waiting.findIndex(({ visibleAt }) => visibleAt > now)
      const due = later === -1 ? waiting : waiting.slice(0, later)
      waiting = later === -1 ? [] : waiting.slice(later)
      for (const { id, record } of due) show(id, record)
    },
    records: () => visible.values(),
    holding: (property, value) => {
      const byValue = holders.get(property)
      if (byValue === undefined) return undefined
      return [...(byValue.get(value) ?? [])].flatMap(id => visible.get(id) ?? [])
    },
    version: () => version,
  }
}

const members = (record: StoredRecord, property: string): string[] =>
  (record.properties[property] ?? '')
    .toLowerCase()
    .split(property === 'hs_additional_domains' ? ';' : '\n')
    .filter(value => value !== '')
