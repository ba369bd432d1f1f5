import type { SandboxUser } from '../options.ts'
import type { Field } from '../org/field.ts'
import { shownIn } from '../org/field-value.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { isDeleted, type StoredRecord, type Value } from '../org/stored-record.ts'
import { refusal } from '../rest/refusal.ts'
import { aggregate } from './soql-aggregate.ts'
import { childrenOf } from './soql-children.ts'
import { testOf } from './soql-condition.ts'
import type { Found, QueryOptions } from './soql-found.ts'
import { type Path, pathOf, type Scope } from './soql-path.ts'
import type { SoqlQuery } from './soql-query.ts'
import { malformed } from './soql-token.ts'

/** Rows that an OFFSET may leave out. */
const MAX_OFFSET = 2_000

export function runSoql(org: Org, user: SandboxUser, query: SoqlQuery, options: QueryOptions): Found {
  const scope = { org, user, object: queried(org, user, query.from) }
  const children = query.select.flatMap(selected =>
    selected.kind === 'children' ? [childrenOf(scope, selected.query, options, runIn)] : [],
  )
  const records = select(scope, query, options)
  if (query.groupBy.length > 0 || query.select.some(({ kind }) => kind === 'aggregate')) {
    return aggregate(scope, query, sorted(scope, query, records))
  }
  const paths = selectedPaths(scope, query)
  const page = sorted(scope, query, records).slice(query.offset, query.offset + (query.limit ?? Infinity))
  const at = (index: number): StoredRecord => {
    const record = page[index]
    if (record === undefined) throw new Error(`the query has no row ${index}`)
    return record
  }
  return {
    size: page.length,
    rows: page.length,
    columns: paths.map(({ relationships, field }) => [...relationships, field.name].join('.')),
    row: index => ({
      ...shownRow(scope.object, paths, at(index), options.base),
      ...Object.fromEntries(children.map(({ relationship, of }) => [relationship, of(at(index))])),
    }),
    cells: index => paths.map(path => path.value(at(index))),
  }
}

const runIn = ({ org, user }: Pick<Scope, 'org' | 'user'>, query: SoqlQuery, options: QueryOptions) =>
  runSoql(org, user, query, options)

function queried(org: Org, user: SandboxUser, name: string): ObjectType {
  const object = org.catalogue.find(name)
  if (object === undefined || object.kind === 'event' || !org.permissions.object(user, object).read) {
    const message = `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`
    throw refusal(400, 'INVALID_TYPE', message)
  }
  return object
}

function select(scope: Scope, query: SoqlQuery, options: QueryOptions): StoredRecord[] {
  if (query.offset > MAX_OFFSET) {
    throw refusal(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${MAX_OFFSET}`)
  }
  const nested = (inner: SoqlQuery): Value[] => {
    const { only: _, ...whole } = options
    const found = runSoql(scope.org, scope.user, inner, whole)
    return Array.from({ length: found.rows }, (_, at) => found.cells(at)[0] ?? null)
  }
  const test = query.where === null ? () => true : testOf(scope, query.where, nested)
  const records: StoredRecord[] = []
  for (const record of scope.org.table(scope.object.name).all()) {
    const isAsked = options.only?.(record) ?? true
    if (isAsked && (options.deleted || !isDeleted(record)) && test(record)) records.push(record)
  }
  return records
}

/** Rows that `FIELDS(ALL)` answers at most. */
const MAX_ROWS_OF_ALL_FIELDS = 200

function selectedPaths(scope: Scope, { select, limit }: SoqlQuery): Path[] {
  const names = select.flatMap(selected => {
    if (selected.kind === 'field') return [selected.path]
    if (selected.kind === 'aggregate' || selected.kind === 'children') return []
    const which = selected.which.toUpperCase()
    if (which !== 'STANDARD' && (limit === null || limit > MAX_ROWS_OF_ALL_FIELDS)) {
      throw malformed(`The SOQL FIELDS function must have a LIMIT of at most ${MAX_ROWS_OF_ALL_FIELDS}`)
    }
    return allFields(scope, which)
  })
  const paths = names.map(name => pathOf(scope, name))
  const texts = paths.map(({ relationships, field }) => [...relationships, field.name].join('.'))
  const twice = texts.find((text, at) => texts.indexOf(text) !== at)
  if (twice !== undefined) throw refusal(400, 'INVALID_FIELD', `duplicate field selected: ${twice}`)
  return paths
}

function allFields({ org, user, object }: Scope, which: string): string[] {
  const wanted = (field: Field) => which === 'ALL' || field.custom === (which === 'CUSTOM')
  return object.fields
    .filter(field => wanted(field) && org.permissions.field(user, object, field).read)
    .map(({ name }) => name)
}

function sorted(scope: Scope, query: SoqlQuery, records: StoredRecord[]): StoredRecord[] {
  if (query.orderBy.length === 0) return records
  const orders = query.orderBy.map(order => ({ ...order, path: pathOf(scope, order.path) }))
  return records.sort((one, other) => {
    for (const { path, descending, nullsLast } of orders) {
      const order = compare(path.value(one), path.value(other), descending, nullsLast)
      if (order !== 0) return order
    }
    return 0
  })
}

function compare(one: Value, other: Value, descending: boolean, nullsLast: boolean): number {
  if (one === null || other === null) {
    if (one === other) return 0
    return (one === null) === nullsLast ? 1 : -1
  }
  const [a, b] = [folded(one), folded(other)]
  if (a === b) return 0
  return a < b === descending ? 1 : -1
}

const folded = (value: NonNullable<Value>) => (typeof value === 'string' ? value.toLowerCase() : value)

export function urlOf(base: string, object: ObjectType, id: string): string {
  return `${base}/sobjects/${object.name}/${id}`
}

function shownRow(object: ObjectType, paths: readonly Path[], record: StoredRecord, base: string) {
  const row: Record<string, unknown> = {
    attributes: { type: object.name, url: urlOf(base, object, record.id) },
  }
  for (const path of paths) {
    if (path.relationships.length === 0) row[path.field.name] = shownIn(path.field, record)
    else showRelated(row, path, record, base)
  }
  return row
}

/** `Owner.Name` stands as `{ Owner: { Name } }`; a relationship that leads nowhere as null. */
function showRelated(row: Record<string, unknown>, path: Path, record: StoredRecord, base: string): void {
  const holder = path.holder(record)
  const [last] = path.relationships.slice(-1)
  let at = row
  for (const name of path.relationships) {
    if (holder === undefined) {
      at[name] ??= null
      return
    }
    const there = at[name]
    const next: Record<string, unknown> = isRow(there) ? there : {}
    if (name === last) {
      next.attributes = { type: holder.object.name, url: urlOf(base, holder.object, holder.record.id) }
    }
    at[name] = next
    at = next
  }
  if (holder !== undefined) at[path.field.name] = shownIn(path.field, holder.record)
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
