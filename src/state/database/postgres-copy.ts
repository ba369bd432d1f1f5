import { sql } from 'kysely'
import { chunks, ROWS_PER_PAGE, ROWS_PER_STATEMENT } from '../rows/batches.ts'
import type { Database } from '../rows/tables.ts'
import { useSchema } from './postgres-schema.ts'

/**
 * Copies all rows of a PostgreSQL state into a SQLite one of the same version, as they were at one moment. It reads in
 * one transaction, which makes no writer wait and waits for none, a page at a time.
 */
export async function copyRows(from: Database, to: Database, schema: string): Promise<void> {
  const tables = await tablesOf(to)
  await from
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(source =>
      to.transaction().execute(async target => {
        // Rows may come before those that they refer to.
        await sql`pragma defer_foreign_keys = on`.execute(target)
        await useSchema(source, schema)
        for (const table of tables) {
          for await (const page of pagesOf(source, table)) await insert(target, table, page)
        }
      }),
    )
}

type Row = Record<string, unknown>

/** Every table of the state, in the names of the database; what was migrated says for itself. */
async function tablesOf(db: Database): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name <> 'schema_version' and name not like 'sqlite%'
  `.execute(db)
  return tables.rows.map(({ name }) => name)
}

/** Through a cursor: it needs no key and holds one page. */
async function* pagesOf(db: Database, table: string): AsyncGenerator<Row[]> {
  await sql`declare rows no scroll cursor for select * from ${sql.table(table)}`.execute(db)
  for (;;) {
    const { rows } = await sql.raw<Row>(`fetch ${ROWS_PER_PAGE} from rows`).execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_PER_PAGE) break
  }
  await sql`close rows`.execute(db)
}

async function insert(db: Database, table: string, page: readonly Row[]): Promise<void> {
  const columns = Object.keys(page[0] ?? {})
  const names = sql.join(columns.map(column => sql.ref(column)))
  for (const rows of chunks(page, ROWS_PER_STATEMENT)) {
    const tuples = rows.map(row => sql`(${sql.join(columns.map(column => row[column]))})`)
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(tuples)}`.execute(db)
  }
}
