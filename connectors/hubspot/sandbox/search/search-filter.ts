import type { Property } from '../portal/property.ts'
import { recordValue, type StoredRecord } from '../portal/stored-record.ts'
import { badRequest } from '../rest/refusal.ts'
import type { Filter } from './search-request.ts'

export type Test = (record: StoredRecord) => boolean

/** Whether a record meets the filter. A record without the property meets only NOT_HAS_PROPERTY. */
export function testOf(filter: Filter, property: Property): Test {
  const { operator } = filter
  const name = property.name
  if (operator === 'HAS_PROPERTY') return record => recordValue(record, name) !== undefined
  if (operator === 'NOT_HAS_PROPERTY') return record => recordValue(record, name) === undefined
  const test = valueTest(filter, property)
  return record => {
    const value = recordValue(record, name)
    return value !== undefined && test(value)
  }
}

function valueTest(filter: Filter, property: Property): (value: string) => boolean {
  const { operator, values = [] } = filter
  switch (operator) {
    case 'EQ':
      return oneOf(property, [folded(property, needed(filter.value))])
    case 'NEQ': {
      const same = oneOf(property, [folded(property, needed(filter.value))])
      return value => !same(value)
    }
    // Not folded: HubSpot's index is in lower case, and IN compares with it as it is.
    case 'IN':
      return oneOf(property, values)
    case 'NOT_IN': {
      const same = oneOf(property, values)
      return value => !same(value)
    }
    case 'CONTAINS_TOKEN':
      return containsTokens(needed(filter.value))
    case 'NOT_CONTAINS_TOKEN': {
      const contains = containsTokens(needed(filter.value))
      return value => !contains(value)
    }
    default:
      return rangeTest(filter, property)
  }
}

function rangeTest(filter: Filter, property: Property): (value: string) => boolean {
  const order = orderOf(property)
  const low = order(needed(filter.value))
  if (typeof low === 'number' && Number.isNaN(low)) {
    throw badRequest(`Filter on ${property.name}: ${filter.value} is no ${property.type}`)
  }
  switch (filter.operator) {
    case 'GT':
      return value => order(value) > low
    case 'GTE':
      return value => order(value) >= low
    case 'LT':
      return value => order(value) < low
    case 'LTE':
      return value => order(value) <= low
    default: {
      const high = order(needed(filter.highValue))
      return value => order(value) >= low && order(value) <= high
    }
  }
}

/** What values are compared by: numbers and times as numbers, everything else as lower-case text. */
export function orderOf(property: Property): (value: string) => number | string {
  if (property.type === 'number') return Number
  if (property.type === 'date' || property.type === 'datetime') return timeOf
  return value => value.toLowerCase()
}

const timeOf = (value: string) => (/^-?\d+$/.test(value) ? Number(value) : Date.parse(value))

function oneOf(property: Property, wanted: readonly string[]): (value: string) => boolean {
  if (property.type === 'number' || property.type === 'date' || property.type === 'datetime') {
    const order = orderOf(property)
    const set = new Set(wanted.map(order))
    return value => set.has(order(value))
  }
  const set = new Set(wanted)
  return property.fieldType === 'checkbox'
    ? value => value.split(';').some(member => set.has(folded(property, member)))
    : value => set.has(folded(property, value))
}

/** Options of a list keep their letter case in the index, texts and domains don't. */
export function folded(property: Property, value: string): string {
  return property.type === 'enumeration' && !property.externalOptions ? value : value.toLowerCase()
}

/** Every word of `wanted` is a word of the value; `*` stands for anything inside a word. */
function containsTokens(wanted: string): (value: string) => boolean {
  const patterns = tokens(wanted, /[^\p{L}\p{N}*]+/u).map(
    token => new RegExp(`^${token.replaceAll('*', '.*')}$`, 'u'),
  )
  return value => {
    const words = tokens(value, /[^\p{L}\p{N}]+/u)
    return patterns.every(pattern => words.some(word => pattern.test(word)))
  }
}

const tokens = (text: string, border: RegExp): string[] =>
  text
    .toLowerCase()
    .split(border)
    .filter(token => token !== '')

function needed(value: string | undefined): string {
  if (value === undefined) throw badRequest('A filter lacks its value')
  return value
}
