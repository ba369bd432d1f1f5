import type { Catalogue } from '../portal/catalogue.ts'
import type { ObjectType } from '../portal/object-type.ts'
import type { Property } from '../portal/property.ts'
import { recordValue, type StoredRecord } from '../portal/stored-record.ts'
import { badRequest } from '../rest/refusal.ts'
import { folded, orderOf, type Test, testOf } from './search-filter.ts'
import type { SearchIndex } from './search-index.ts'
import { type Filter, MAX_SEARCH_RESULTS, type SearchRequest } from './search-request.ts'

interface Found {
  total: number
  records: readonly StoredRecord[]
  /** Where the next page begins; undefined on the last one. Beyond the 10,000th it is told, and refused when asked for. */
  after: string | undefined
}

export type Search = (request: SearchRequest) => Found

/** Searches the index of one object. The pages of one search cost one pass over it. */
export function createSearch(type: ObjectType, catalogue: Catalogue, index: SearchIndex): Search {
  let last: { key: string; records: readonly StoredRecord[] } | undefined
  return request => {
    const from = request.after
    if (from + request.limit > MAX_SEARCH_RESULTS) {
      throw badRequest(`The search ends at ${MAX_SEARCH_RESULTS} results: after + limit is beyond`)
    }
    const { filterGroups, sorts, query } = request
    const key = JSON.stringify([index.version(), filterGroups, sorts, query])
    if (last?.key !== key) last = { key, records: matching(type, catalogue, index, request) }
    const end = from + request.limit
    return {
      total: last.records.length,
      records: last.records.slice(from, end),
      after: end < last.records.length ? String(end) : undefined,
    }
  }
}

function matching(
  type: ObjectType,
  catalogue: Catalogue,
  index: SearchIndex,
  { filterGroups, sorts, query }: SearchRequest,
): readonly StoredRecord[] {
  const tests = filterGroups.map(({ filters }) =>
    filters.map(filter => testOf(filter, named(catalogue, filter))),
  )
  const meetsAny: Test = record => tests.length === 0 || tests.some(all => all.every(test => test(record)))
  const words = query?.toLowerCase() ?? ''
  const meetsQuery: Test = record =>
    words === '' || type.searched.some(name => record.properties[name]?.toLowerCase().includes(words))
  const found = [...candidates(catalogue, index, filterGroups)].filter(
    record => meetsAny(record) && meetsQuery(record),
  )
  const sort = sorts[0]
  return sort === undefined ? found : sorted(found, named(catalogue, sort), sort.descending)
}

function named(catalogue: Catalogue, { propertyName }: { propertyName: string }): Property {
  const property = catalogue.find(propertyName)
  if (property === undefined) {
    throw badRequest(`There was a problem with the request: no property ${propertyName}`)
  }
  return property
}

/** By an indexed equality where every group has one, else everything; lowest id first. */
function candidates(
  catalogue: Catalogue,
  index: SearchIndex,
  groups: SearchRequest['filterGroups'],
): Iterable<StoredRecord> {
  const found = new Map<string, StoredRecord>()
  for (const { filters } of groups) {
    const held = filters.map(filter => lookedUp(catalogue, index, filter)).find(one => one !== undefined)
    if (held === undefined) return index.records()
    for (const record of held) found.set(record.id, record)
  }
  if (groups.length === 0) return index.records()
  return [...found.values()].sort((a, b) => Number(a.id) - Number(b.id))
}

function lookedUp(catalogue: Catalogue, index: SearchIndex, filter: Filter): StoredRecord[] | undefined {
  const values = wantedValues(catalogue, filter)
  if (values === undefined || index.holding(filter.propertyName, '') === undefined) return undefined
  return values.flatMap(value => [...(index.holding(filter.propertyName, value) ?? [])])
}

function wantedValues(catalogue: Catalogue, filter: Filter): readonly string[] | undefined {
  if (filter.operator === 'IN') return filter.values
  if (filter.operator !== 'EQ' || filter.value === undefined) return undefined
  return [folded(named(catalogue, filter), filter.value)]
}

/** Records without a value come last either way; ties keep the order of ids. */
function sorted(records: StoredRecord[], property: Property, descending: boolean): StoredRecord[] {
  const order = orderOf(property)
  const keyed = records.map(record => {
    const value = recordValue(record, property.name)
    return { record, key: value === undefined ? undefined : order(value) }
  })
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === b.key) return 0
    if (a.key === undefined) return 1
    if (b.key === undefined) return -1
    return a.key < b.key ? -sign : sign
  })
  return keyed.map(({ record }) => record)
}
