import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import pRetry from 'p-retry'
import { asUserError, isBusy } from './sqlite-errors.ts'
import { privateStateFile } from './state-folder.ts'

/**
 * `durable`: what is committed outlives a kill and a power cut. `throw_away`: a copy that nobody needs after a crash.
 * `read_only`: the file must be there.
 */
export type SqliteMode = 'durable' | 'throw_away' | 'read_only'

/** Another process holds the write lock for a commit or, at worst, for the writing of all accounts: seconds. */
const BUSY_TIMEOUT_MS = 30_000
/** Pages kept in memory, in KiB (negative by SQLite's convention). Writing 100,000 accounts touches about 100 MB. */
const CACHE_KIB = -65_536
/** The write-ahead log is cut back to this after a big transaction. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024
/** Prepared statements kept: the program has fewer, but for the varying lengths of their lists. */
const STATEMENTS_KEPT = 100

/** SQLite as built into Node, for Kysely. `file` may be `:memory:`. Throws `UserError` where it can't be opened. */
export async function sqliteDialect(file: string, mode: SqliteMode): Promise<Dialect> {
  return new SqliteDialect({ database: adapt(await open(file, mode), file, mode) })
}

async function open(file: string, mode: SqliteMode): Promise<DatabaseSync> {
  try {
    if (mode === 'durable') await privateStateFile(file)
    const database = new DatabaseSync(file, { readOnly: mode === 'read_only', timeout: BUSY_TIMEOUT_MS })
    await configure(database, mode).catch(error => {
      database.close()
      throw error
    })
    return database
  } catch (error) {
    throw asUserError(file, error)
  }
}

/**
 * A write-ahead log lets others read while we write. `synchronous = full` syncs each commit: what the CRM said yes to
 * must not be forgotten in a power cut, and one sync per CRM call costs nothing beside the call. What is deleted is written
 * over, or a person who is forgotten would stay readable in the file's free pages.
 */
async function configure(database: DatabaseSync, mode: SqliteMode): Promise<void> {
  database.exec(`pragma foreign_keys = on; pragma cache_size = ${CACHE_KIB}`)
  if (mode === 'read_only') {
    // The first read finds out whether this is a database at all.
    database.exec('pragma schema_version')
    return
  }
  await useWriteAheadLog(database)
  database.exec(`
    pragma secure_delete = on;
    pragma synchronous = ${mode === 'durable' ? 'full' : 'off'};
    pragma journal_size_limit = ${LOG_LIMIT_BYTES}`)
}

/** SQLite does not wait for its lock here, so two processes that make the file at once must try again. */
const useWriteAheadLog = (database: DatabaseSync): Promise<void> =>
  pRetry(() => database.exec('pragma journal_mode = wal'), {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: BUSY_TIMEOUT_MS,
    minTimeout: 10,
    maxTimeout: 200,
    shouldRetry: ({ error }) => isBusy(error),
  })

function adapt(database: DatabaseSync, file: string, mode: SqliteMode): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw asUserError(file, error)
    }
  }
  const prepare = (sql: string): SqliteStatement => {
    const known = kept.get(sql)
    if (known !== undefined) return known
    if (kept.size >= STATEMENTS_KEPT) kept.clear()
    const prepared = guarded(() => adaptStatement(database.prepare(sql), guarded))
    const statement = sql === 'rollback' ? onlyWithin(database, prepared) : prepared
    kept.set(sql, statement)
    return statement
  }
  return {
    close: () => database.close(),
    // A transaction that begins by reading and then writes fails at once, without waiting, if another one wrote in
    // between. Taking the write lock first makes it wait.
    prepare: sql => prepare(sql === 'begin' && mode !== 'read_only' ? 'begin immediate' : sql),
  }
}

/** A full or failing disk has ended the transaction already: its error is what is to be told, not that of the rollback. */
const onlyWithin = (database: DatabaseSync, rollback: SqliteStatement): SqliteStatement => ({
  ...rollback,
  run: parameters => (database.isTransaction ? rollback.run(parameters) : NOTHING_DONE),
})

const NOTHING_DONE = { changes: 0, lastInsertRowid: 0 }

function adaptStatement(statement: StatementSync, guarded: <T>(work: () => T) => T): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: parameters => guarded(() => statement.all(...parameters.map(asInput))),
    run: parameters => guarded(() => statement.run(...parameters.map(asInput))),
    iterate: () => {
      throw new Error('The state is read by pages: an open cursor would hold its only connection')
    },
  }
}

function asInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`The state keeps texts, numbers and null; this is ${typeof value}`)
}
