import { type QueryExecutorProvider, sql } from 'kysely'
import { escapeIdentifier } from 'pg'

/**
 * Inside a transaction: makes the schema where it is not there, and turns names without one to it until the transaction
 * ends. Others that would make or change something in it wait until then.
 */
export async function ensureSchema(transaction: QueryExecutorProvider, schema: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('oql-sync'), hashtext(${schema}))`.execute(transaction)
  // `if not exists` asks for the right to make it even where it is there.
  const found = await sql`select 1 from pg_catalog.pg_namespace where nspname = ${schema}`.execute(
    transaction,
  )
  if (found.rows.length === 0) await sql.raw(`create schema ${escapeIdentifier(schema)}`).execute(transaction)
  await useSchema(transaction, schema)
}

/** Inside a transaction, until its end: names without a schema are looked for in this one alone. */
export async function useSchema(transaction: QueryExecutorProvider, schema: string): Promise<void> {
  await sql.raw(`set local search_path to ${escapeIdentifier(schema)}`).execute(transaction)
}

/** The text of a migration for PostgreSQL: texts compare byte by byte there too. */
export const schemaText = (statement: string): string => statement.replace(/\btext\b/g, 'text collate "C"')
