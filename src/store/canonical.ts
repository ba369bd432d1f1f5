import { COLUMNS, type Column, type SourceShape } from '../config/config.ts'
import { UserError } from '../domain/errors.ts'
import { KINDS } from '../domain/signal.ts'
import type { Dialect } from './dialect.ts'
import { identifier, literal, literals } from './sql.ts'

/** How a source's columns become canonical ones. */
export type Shape = SourceShape

/** Where Scarf's export keeps what the canonical columns mean (facts: Scarf's event export). */
const SCARF: Readonly<Partial<Record<Column, readonly string[]>>> = {
  id: ['id'],
  occurred_at: ['time'],
  type: ['type'],
  account_domain: ['origin_domain'],
  account_name: ['origin_company'],
  actor_id: ['origin_id'],
  endpoint_id: ['endpoint_id'],
  artifact: ['pixel', 'package'],
  version: ['version'],
  url: ['referer'],
  user_agent: ['user_agent'],
  country: ['origin_country'],
  connection_type: ['origin_connection_type'],
  confidence: ['confidence'],
  dnt: ['dnt'],
}

const SCARF_TYPES: Readonly<Record<string, string>> = {
  'pixel-fetch': 'view',
  'manifest-fetch': 'download',
  'binary-download': 'download',
}

/** Column name → SQL type, as the file or table has them. */
export type Columns = ReadonlyMap<string, string>

/**
 * The canonical columns as a select list over a file or table with these columns; texts are null where empty.
 * `occurred_at` is null where the time can't be parsed, or is no time at which anything was observed.
 * @throws UserError that names `where` and the column, where one is lacking
 */
export function canonicalSelect(shape: Shape, columns: Columns, where: string, dialect: Dialect): string {
  requireColumns(shape, columns, where)
  const expressions: Record<Column, string> = {
    ...mapColumns(column => textOf(shape, columns, column)),
    occurred_at: plausible(timeOf(shape, columns, dialect)),
    kind: kindOf(shape, columns),
    confidence: `try_cast(${textOf(shape, columns, 'confidence')} as double)`,
    dnt: `coalesce(lower(trim(${textOf(shape, columns, 'dnt')})) in ('true', 't', '1', 'yes', 'y'), false)`,
  }
  return COLUMNS.map(column => `${expressions[column]} as ${column}`).join(',\n  ')
}

/** The time of a row as the source wrote it. */
export const timeText = (shape: Shape, columns: Columns): string => textOf(shape, columns, 'occurred_at')

/** Whether a source's column is one that says which company a signal is of. */
export const namesCompany = (shape: Shape, columns: Columns, name: string): boolean =>
  (['account_domain', 'email'] as const).some(column => sourceColumns(shape, columns, column).includes(name))

/** The source's columns that a canonical one is read from; none where it is not there. */
function sourceColumns(shape: Shape, columns: Columns, column: Column): readonly string[] {
  const named = shape.columns[column]
  if (named !== undefined) return [named]
  const usual = shape.format === 'scarf_events' ? (SCARF[column] ?? []) : [column]
  return usual.filter(name => columns.has(name))
}

function textOf(shape: Shape, columns: Columns, column: Column): string {
  const texts = sourceColumns(shape, columns, column).map(
    name => `nullif(cast(${identifier(name)} as varchar), '')`,
  )
  const fallback = shape.defaults[column]
  if (texts.length === 0) return fallback === undefined ? 'cast(null as varchar)' : literal(fallback)
  return texts.length === 1 ? (texts[0] ?? '') : `coalesce(${texts.join(', ')})`
}

function timeOf(shape: Shape, columns: Columns, dialect: Dialect): string {
  const [name] = sourceColumns(shape, columns, 'occurred_at')
  const type = (name === undefined ? undefined : columns.get(name))?.toUpperCase() ?? ''
  if (name === undefined || !/^(TIMESTAMP|DATE)/.test(type)) {
    return dialect.parseTime(textOf(shape, columns, 'occurred_at'))
  }
  return type.includes('WITH TIME ZONE')
    ? `${identifier(name)} at time zone 'UTC'`
    : `cast(${identifier(name)} as timestamp)`
}

/**
 * A zero time, a year of two digits, a device without a clock: before this no web was there to be observed, and what is
 * remembered of an account as first seen would stay so for good. The other end keeps dates comparable as texts.
 */
export const EARLIEST_YEAR = 1990

const plausible = (time: string): string =>
  `case when ${time} >= timestamp '${EARLIEST_YEAR}-01-01' and ${time} < timestamp '10000-01-01' then ${time} end`

/** The kind that the source names or its type decides; anything else is custom. */
function kindOf(shape: Shape, columns: Columns): string {
  const type = textOf(shape, columns, 'type')
  const types = { ...(shape.format === 'scarf_events' ? SCARF_TYPES : {}), ...shape.types }
  const byType = Object.entries(types).map(
    ([name, kind]) => `when ${type} = ${literal(name)} then ${literal(kind)}`,
  )
  const own = `lower(trim(${textOf(shape, columns, 'kind')}))`
  return `case ${byType.join(' ')} when ${own} in ${literals(KINDS)} then ${own} else 'custom' end`
}

function requireColumns(shape: Shape, columns: Columns, where: string): void {
  const there = [...columns.keys()].join(', ')
  for (const [column, name] of Object.entries(shape.columns)) {
    if (!columns.has(name)) {
      throw new UserError(
        `${where}: the source's columns: takes ${column} from "${name}", which is not there`,
        {
          hint: `The file has: ${there}.`,
        },
      )
    }
  }
  const lacks = (column: Column) =>
    sourceColumns(shape, columns, column).length === 0 && shape.defaults[column] === undefined
  const needed = NEEDED.filter(alternatives => alternatives.every(lacks))
  if (needed.length > 0) {
    const names = needed.map(alternatives =>
      alternatives.flatMap(column => usualName(shape, column) ?? []).join(' or '),
    )
    throw new UserError(`${where}: no column ${names.join(', no column ')} (format ${shape.format})`, {
      hint: `The file has: ${there}. Name the right ones under the source's columns:, or choose its format.`,
    })
  }
}

/** Without one of each of these no row of a source could ever count. */
const NEEDED: readonly (readonly Column[])[] = [
  ['id'],
  ['occurred_at'],
  ['kind', 'type'],
  ['account_domain', 'email'],
]

/** Undefined for a column that the format does not have. */
const usualName = (shape: Shape, column: Column): string | undefined =>
  shape.format === 'scarf_events' ? SCARF[column]?.[0] : column

function mapColumns(expression: (column: Column) => string): Record<Column, string> {
  const entries = COLUMNS.map((column): [Column, string] => [column, expression(column)])
  return Object.fromEntries(entries) as Record<Column, string> // every column has its entry, by construction
}
