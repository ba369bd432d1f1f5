import type { Org } from '../org/org.ts'
import { type RowError, rowError } from '../write/outcome.ts'
import type { MetadataType } from './metadata-type.ts'
import { childrenOf, type Element, textOf } from './xml.ts'

/** Lists of an object's records: `Account.OQL_In_Use`. */
export const listViewMetadata: MetadataType = {
  exists: (org, fullName) => org.listViews.has(fullName),
  read: (org, fullName) => ({ fullName, label: org.listViews.get(fullName) ?? '' }),
  put: (org, _user, fullName, given) => {
    const error = checkView(org, fullName, given)
    if (error === undefined) org.listViews.set(fullName, textOf(given, 'label') ?? '')
    return error
  },
  remove: (org, _user, fullName) => void org.listViews.delete(fullName),
  names: org => [...org.listViews.keys()],
}

/** Fields that come with Salesforce have names of their own in lists: `ACCOUNT.NAME`. */
const STANDARD_COLUMN = /^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)*$/
const OPERATIONS: ReadonlySet<string> = new Set([
  'equals',
  'notEqual',
  'lessThan',
  'greaterThan',
  'lessOrEqual',
  'greaterOrEqual',
  'contains',
  'notContain',
  'startsWith',
])

function checkView(org: Org, fullName: string, given: Element): RowError | undefined {
  const [objectName = '', name = ''] = fullName.split('.')
  const object = org.catalogue.find(objectName)
  if (object === undefined || !/^[A-Za-z]\w*$/.test(name)) return wrong(`no ListView can be ${fullName}`)
  const missing = ['label', 'filterScope'].find(part => textOf(given, part) === undefined)
  if (missing !== undefined) return wrong(`Must specify '${missing}' for ListView ${fullName}`)
  const filters = childrenOf(given, 'filters')
  const columns = [
    ...childrenOf(given, 'columns').map(({ text }) => text.trim()),
    ...filters.map(filter => textOf(filter, 'field') ?? ''),
  ]
  const unknown = columns.find(
    column => !STANDARD_COLUMN.test(column) && org.catalogue.field(object, column)?.custom !== true,
  )
  if (unknown !== undefined) return wrong(`Could not resolve list view column: ${unknown}`)
  for (const filter of filters) {
    const field = org.catalogue.field(object, textOf(filter, 'field') ?? '')
    const operation = textOf(filter, 'operation') ?? ''
    if (!OPERATIONS.has(operation)) return wrong(`'${operation}' is not a valid operation of a filter`)
    if (field?.restrictedPicklist !== true) continue
    const values = new Set(field.picklistValues.map(({ value }) => value))
    const bad = (textOf(filter, 'value') ?? '').split(',').find(value => !values.has(value))
    if (bad !== undefined) return wrong(`${field.name} has no value ${bad}`)
  }
  return undefined
}

const wrong = (message: string): RowError => rowError('FIELD_INTEGRITY_EXCEPTION', message, 'fullName')
