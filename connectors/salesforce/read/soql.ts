import { encoded } from '../http/client.ts'

/** Records on a page: Salesforce's default, and its most. */
export const QUERY_PAGE = 2_000

/**
 * A query travels in the URI, of which Salesforce takes 16,384 bytes; host, path and what a proxy adds are left room.
 */
const MAX_QUERY_BYTES = 15_000

/** What the values of one IN list may take of it: what is left holds the names of about a hundred fields. */
const MAX_LIST_BYTES = 11_000

/** A text as it stands in a query. */
export const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`

/** The lists of values that a query takes, cut by their size in the URI. A value alone is always a list. */
export const lists = (values: readonly string[], maxBytes = MAX_LIST_BYTES): string[][] =>
  parts(values, { sizeOf: value => encoded(`${literal(value)},`).length, maxBytes })

/** Consecutive parts of no more bytes and members than these. */
function parts(
  values: readonly string[],
  {
    sizeOf,
    maxBytes,
    most = Number.POSITIVE_INFINITY,
  }: { sizeOf: (value: string) => number; maxBytes: number; most?: number },
): string[][] {
  const cut: string[][] = []
  let bytes = 0
  for (const value of values) {
    const size = sizeOf(value)
    const last = cut.at(-1)
    if (last !== undefined && last.length < most && bytes + size <= maxBytes) {
      last.push(value)
      bytes += size
    } else {
      cut.push([value])
      bytes = size
    }
  }
  return cut
}

export interface Select {
  object: string
  fields: readonly string[]
  where?: string
  /** The newest of these first. */
  newestBy?: string
}

export function select({ object, fields, where, newestBy }: Select): string {
  const columns = [...new Set(['Id', 'CreatedDate', ...fields])].join(',')
  const order = newestBy === undefined ? '' : ` ORDER BY ${newestBy} DESC`
  return `SELECT ${columns} FROM ${object}${where === undefined ? '' : ` WHERE ${where}`}${order}`
}

export const count = (object: string, where: string | undefined): string =>
  `SELECT COUNT() FROM ${object}${where === undefined ? '' : ` WHERE ${where}`}`

/** One query for each list of values that fits beside the fields. */
export function selectsIn(
  { where, ...rest }: Select,
  by: string,
  values: readonly string[],
): { soql: string; values: string[] }[] {
  const and = where === undefined ? '' : `${where} AND `
  const query = (list: readonly string[]) =>
    select({ ...rest, where: `${and}${by} IN (${list.map(literal).join(',')})` })
  const room = MAX_QUERY_BYTES - encoded(query([])).length
  return lists(values, Math.min(MAX_LIST_BYTES, room)).map(list => ({ soql: query(list), values: list }))
}

/** Conditions of one query that each go through all records: some orgs call many more too complicated. */
const MAX_CONTAINED = 100

/** One query for each list of texts of which a record's field contains one, letter case aside. */
export function selectsContaining(
  { where, ...rest }: Select,
  field: string,
  texts: readonly string[],
): { soql: string; texts: string[] }[] {
  const and = where === undefined ? '' : `${where} AND `
  const query = (some: readonly string[]) =>
    select({ ...rest, where: `${and}(${some.map(text => contains(field, text)).join(' OR ')})` })
  const room = MAX_QUERY_BYTES - encoded(query([])).length
  const sizeOf = (text: string) => encoded(`${contains(field, text)} OR `).length
  return parts(texts, { sizeOf, maxBytes: room, most: MAX_CONTAINED }).map(some => ({
    soql: query(some),
    texts: some,
  }))
}

/** In a pattern `%` and `_` stand for other characters unless they are escaped. */
const contains = (field: string, text: string): string =>
  `${field} LIKE '%${literal(text).slice(1, -1).replaceAll(/[%_]/g, String.raw`\$&`)}%'`

/** A moment as a query takes it: unquoted, to the second. */
export const moment = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** The form of every Salesforce id, 15 characters or 18; what has another form is nobody's id and fails a query. */
export const isId = (text: string): boolean => /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(text)

/** The 15 characters that tell records apart, letter case included; the last three of 18 only repeat them. */
export const shortId = (id: string): string => id.slice(0, SHORT_ID_CHARS)

const SHORT_ID_CHARS = 15
