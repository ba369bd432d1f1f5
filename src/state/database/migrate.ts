import { sql } from 'kysely'
import { UserError } from '../../domain/errors.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import type { Database } from '../rows/tables.ts'
import { ensureSchema, schemaText } from './postgres-schema.ts'

/** What this program knows: the last migration's version. */
export const KNOWN = MIGRATIONS.at(-1)?.version ?? 0

/** The database that is brought up to date. */
export interface Migrated {
  /** For people. */
  place: string
  /** PostgreSQL's; null is SQLite, which has none. */
  schema: string | null
}

/**
 * Brings the database to this program's version, or up to an earlier one. Safe when two start at once: one applies, the
 * other waits for the transaction and finds them done.
 * @throws UserError where the database is newer
 */
export async function migrate(db: Database, { place, schema }: Migrated, upTo = KNOWN): Promise<void> {
  if ((await versionOf(db, { place, schema })) === upTo) return
  await db.transaction().execute(async transaction => {
    if (schema !== null) await ensureSchema(transaction, schema)
    const version = await versionOf(transaction, { place, schema })
    await run(transaction, 'create table if not exists schema_version (version bigint primary key)', schema)
    for (const migration of MIGRATIONS.filter(each => each.version > version && each.version <= upTo)) {
      for (const statement of statementsOf(migration.sql)) await run(transaction, statement, schema)
      await migration.work?.(transaction)
      await transaction.insertInto('schemaVersion').values({ version: migration.version }).execute()
    }
  })
}

/** The last migration that was applied; 0 where there is no state. @throws UserError where it is not known */
export async function versionOf(db: Database, { place, schema }: Migrated): Promise<number> {
  if (!(await hasVersions(db, schema))) return 0
  const row = await db
    .selectFrom('schemaVersion')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst()
  const version = row?.version ?? 0
  if (version <= KNOWN) return version
  throw new UserError(
    `The state ${place} was written by a newer oql (version ${version}, known is ${KNOWN})`,
    { hint: 'Install the newer oql again, or name another place in state.url' },
  )
}

async function hasVersions(db: Database, schema: string | null): Promise<boolean> {
  const found =
    schema === null
      ? sql`select 1 from sqlite_master where type = 'table' and name = 'schema_version'`
      : sql`select 1 from pg_catalog.pg_tables where schemaname = ${schema} and tablename = 'schema_version'`
  return (await found.execute(db)).rows.length > 0
}

const run = (db: Database, statement: string, schema: string | null): Promise<unknown> =>
  sql.raw(schema === null ? statement : schemaText(statement)).execute(db)

const statementsOf = (text: string): string[] =>
  text
    .split(/;\s*$/m)
    .map(statement => statement.trim())
    .filter(statement => statement !== '')
