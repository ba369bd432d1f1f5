import { shownValue } from '../org/field-value.ts'
import type { StoredRecord, Value } from '../org/stored-record.ts'
import { refusal } from '../rest/refusal.ts'
import type { Found } from './soql-found.ts'
import { type Path, pathOf, type Scope } from './soql-path.ts'
import type { Aggregate, SoqlQuery } from './soql-query.ts'

interface Column {
  name: string
  value(records: readonly StoredRecord[]): Value
}

/** `COUNT()`, and aggregates over groups. */
export function aggregate(scope: Scope, query: SoqlQuery, records: readonly StoredRecord[]): Found {
  const [only] = query.select
  if (query.select.length === 1 && only?.kind === 'aggregate' && only.path === null) {
    const size = Math.min(records.length, query.limit ?? Number.POSITIVE_INFINITY)
    return { size, rows: 0, columns: [], row: () => ({}), cells: () => [] }
  }
  const keys = query.groupBy.map(path => pathOf(scope, path))
  const columns = columnsOf(scope, query, keys)
  const groups = groupsOf(keys, records).slice(query.offset, query.offset + (query.limit ?? NO_LIMIT))
  const cells = (at: number) => columns.map(column => column.value(groups[at] ?? []))
  return {
    size: groups.length,
    rows: groups.length,
    columns: columns.map(({ name }) => name),
    row: at => ({
      attributes: { type: 'AggregateResult' },
      ...Object.fromEntries(cells(at).map((value, column) => [columns[column]?.name ?? '', value])),
    }),
    cells,
  }
}

const NO_LIMIT = Number.POSITIVE_INFINITY

function columnsOf(scope: Scope, { select }: SoqlQuery, keys: readonly Path[]): Column[] {
  let unnamed = 0
  return select.map(selected => {
    if (selected.kind === 'aggregate') {
      const path = selected.path === null ? null : pathOf(scope, selected.path)
      const name = selected.alias ?? `expr${unnamed++}`
      return { name, value: records => aggregated(selected.call, path, records) }
    }
    const path = selected.kind === 'field' ? pathOf(scope, selected.path) : undefined
    const key = keys.find(({ field, relationships }) => {
      return field === path?.field && relationships.join() === path.relationships.join()
    })
    if (path === undefined || key === undefined) {
      const name = selected.kind === 'field' ? selected.path : selected.kind
      throw refusal(400, 'MALFORMED_QUERY', `Field must be grouped or aggregated: ${name}`)
    }
    const value = (records: readonly StoredRecord[]) => {
      const [first] = records
      return first === undefined ? null : shownValue(path.field, path.value(first))
    }
    return { name: path.field.name, value }
  })
}

/** Without keys all records are one group, even none. */
function groupsOf(keys: readonly Path[], records: readonly StoredRecord[]): StoredRecord[][] {
  if (keys.length === 0) return [[...records]]
  const groups = Map.groupBy(records, record =>
    JSON.stringify(keys.map(key => key.value(record))).toLowerCase(),
  )
  return [...groups.values()]
}

function aggregated(call: Aggregate, path: Path | null, records: readonly StoredRecord[]): Value {
  if (path === null) return records.length
  const values = records.map(record => path.value(record)).filter(value => value !== null)
  const numbers = () => values.map(Number)
  switch (call) {
    case 'COUNT':
      return values.length
    case 'COUNT_DISTINCT':
      return new Set(values).size
    case 'MIN':
      return values.reduce<Value>((least, value) => (least === null || value < least ? value : least), null)
    case 'MAX':
      return values.reduce<Value>((most, value) => (most === null || value > most ? value : most), null)
    case 'SUM':
      return numbers().reduce((sum, value) => sum + value, 0)
    case 'AVG':
      return values.length === 0 ? null : numbers().reduce((sum, value) => sum + value, 0) / values.length
  }
}
