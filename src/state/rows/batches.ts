import { type InsertObject, type RawBuilder, sql } from 'kysely'
import type { Database, Tables } from './tables.ts'

/** Rows of one insert: beyond it a statement gets no faster, and 25 columns stay far below SQLite's 32,766 parameters. */
export const ROWS_PER_STATEMENT = 200
/** Values of one `in (…)`. */
export const VALUES_PER_LOOKUP = 1_000
/** Rows of one page: enough to hide the cost of a query, about a megabyte of accounts. */
export const ROWS_PER_PAGE = 1_000

/** Runs `work` as a whole or not at all: in the transaction that is under way, else in one of its own. */
export function atomically<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work)
}

export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

/**
 * Inserts rows, all with the same columns; where the key is there already, the new row takes the old one's place. Of
 * rows with the same key the last one counts.
 */
export async function upsert<Name extends keyof Tables>(
  db: Database,
  table: Name,
  key: readonly (keyof Tables[Name] & string)[],
  rows: readonly InsertObject<Tables, Name>[],
): Promise<void> {
  const onConflict = takeNew(key, Object.keys(rows[0] ?? {}))
  const columns: readonly string[] = key
  const unique = lastOfEach(rows, row => Object.entries(row).filter(([column]) => columns.includes(column)))
  for (const chunk of chunks(unique, ROWS_PER_STATEMENT)) {
    await db.insertInto(table).values(chunk).modifyEnd(onConflict).execute()
  }
}

/** One row for each key, the last: PostgreSQL refuses a statement that would write a row twice. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => unknown): readonly Row[] {
  const last = new Map(rows.map(row => [JSON.stringify(keyOf(row)), row]))
  return last.size === rows.length ? rows : [...last.values()]
}

/** Written out because the builder can't follow a table that is only known by its name; the text serves both databases. */
function takeNew(key: readonly string[], columns: readonly string[]): RawBuilder<unknown> {
  const target = sql.join(key.map(column => sql.ref(column)))
  const others = columns.filter(column => !key.includes(column))
  if (others.length === 0) return sql`on conflict (${target}) do nothing`
  const sets = others.map(column => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`)
  return sql`on conflict (${target}) do update set ${sql.join(sets)}`
}

/**
 * `(values (…), (…))` as the body of a common table expression, so that one statement gives many rows their own values.
 * Texts only: PostgreSQL takes bare parameters for text.
 */
export function valuesOf<Row extends Record<keyof Row, string | null>>(
  rows: readonly Row[],
  columns: readonly (keyof Row)[],
): RawBuilder<Row> {
  const tuples = rows.map(row => sql`(${sql.join(columns.map(column => row[column]))})`)
  return sql<Row>`(values ${sql.join(tuples)})`
}

/** Asks for many values, some at a time. */
export async function lookUp<Row>(
  values: readonly string[],
  query: (some: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = []
  for (const some of chunks(values, VALUES_PER_LOOKUP)) found.push(...(await query(some)))
  return found
}

/** Pages by key: memory stays at one page, and between two pages nothing is held open. */
export async function* pages<Row>(
  size: number,
  fetch: (after: Row | undefined) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after: Row | undefined
  for (;;) {
    const page = await fetch(after)
    if (page.length > 0) yield page
    if (page.length < size) return
    after = page.at(-1)
  }
}

/** The rows of the pages, one by one. */
export async function* each<Row, Item>(
  source: AsyncIterable<readonly Row[]>,
  read: (row: Row) => Item,
): AsyncGenerator<Item> {
  for await (const page of source) for (const row of page) yield read(row)
}
