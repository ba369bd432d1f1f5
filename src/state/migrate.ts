import { sql } from 'kysely'
import { UserError } from '../domain/errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Database } from './tables.ts'

/** What this program knows: the last migration's version. */
const KNOWN = MIGRATIONS.at(-1)?.version ?? 0

/**
 * Brings the database to this program's version. Safe when two start at once: one applies, the other waits for the
 * transaction and finds them done. A newer database is refused.
 */
export async function migrate(db: Database, place: string): Promise<void> {
  if (await isCurrent(db, place)) return
  await db.transaction().execute(async transaction => {
    await sql`create table if not exists schema_version (version bigint primary key)`.execute(transaction)
    const version = await versionOf(transaction)
    for (const migration of MIGRATIONS.filter(each => each.version > version)) {
      for (const statement of statementsOf(migration.sql)) await sql.raw(statement).execute(transaction)
      await transaction.insertInto('schemaVersion').values({ version: migration.version }).execute()
    }
  })
}

/** Whether nothing is left to migrate. Throws `UserError` where the database is newer than the program. */
export async function isCurrent(db: Database, place: string): Promise<boolean> {
  const tables = await db.introspection.getTables()
  if (!tables.some(table => table.name === 'schema_version')) return false
  const version = await versionOf(db)
  if (version > KNOWN) {
    throw new UserError(
      `The state ${place} was written by a newer oql (version ${version}, known is ${KNOWN})`,
      {
        hint: 'Install the newer oql again, or name another place in state.url',
      },
    )
  }
  return version === KNOWN
}

async function versionOf(db: Database): Promise<number> {
  const row = await db
    .selectFrom('schemaVersion')
    .select(({ fn }) => fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}

const statementsOf = (text: string): string[] =>
  text
    .split(/;\s*$/m)
    .map(statement => statement.trim())
    .filter(statement => statement !== '')
