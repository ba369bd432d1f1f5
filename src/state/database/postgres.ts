import {
  CamelCasePlugin,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  WithSchemaPlugin,
} from 'kysely'
import { escapeIdentifier, Pool, TypeOverrides, types } from 'pg'
import { LeaseLost } from '../lease/lease-lost.ts'
import { type Guard, guardedDriver } from './guarded-driver.ts'
import { type Lines, openLines } from './lines.ts'
import type { PostgresLocation } from './location.ts'
import { asUserError, isConnectionLost } from './postgres-errors.ts'

/** What keeps a process from writing that does not hold the lease any more. */
export interface Fence {
  /** Goes up with each holder. */
  token: number
  /** Names the sessions of this holder, so that the next one can end them. */
  session: string
  /** Throws `LeaseLost` where another took the lease over. */
  assertHeld(): Promise<void>
  /** Aborted once another may hold the lease: what is still waited for then is given up. */
  lost: AbortSignal
}

/** `fenced`: nothing is written once the lease is lost. `lease`: for the lease itself. */
export type PostgresMode =
  | { kind: 'fenced'; fence: Fence }
  | { kind: 'unfenced'; session: string }
  | { kind: 'lease'; session: string }
  | { kind: 'read_only' }

/** A server that does not answer within this is not there. */
const CONNECT_TIMEOUT_MS = 10_000
/** An idle connection is shown to be alive so often: a NAT forgets one that is silent for some minutes. */
const KEEP_ALIVE_AFTER_MS = 30_000
/** What is sent last on a connection has left by then. */
const GOODBYE_MS = 5_000

/**
 * What has no answer by then gets none. A run's longest statement brings a big state up to date or drops old runs: minutes
 * at worst; where the network is gone, the lease is lost long before. Reads come page by page. The lease is one row, and
 * must be renewed several times before it is taken over.
 */
const ANSWER_MS: Readonly<Record<PostgresMode['kind'], number>> = {
  fenced: 5 * 60_000,
  unfenced: 5 * 60_000,
  read_only: 60_000,
  lease: 5_000,
}
/** Shown in pg_stat_activity. */
const SESSION = 'oql'

/** Opens the tables of the state's schema. It connects with the first statement. */
export const openPostgres = <Tables>(
  location: PostgresLocation,
  mode: PostgresMode,
  answerMs: number = ANSWER_MS[mode.kind],
): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: postgresDialect(location, mode, answerMs),
    plugins: [new CamelCasePlugin({ underscoreBeforeDigits: true })],
  })

/**
 * PostgreSQL for Kysely. One connection, as with SQLite: transactions of one state that overlap are done one after the
 * other, and what one has read still holds when it writes.
 */
function postgresDialect(location: PostgresLocation, mode: PostgresMode, answerMs: number): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => {
      const lines = openLines(answerMs, mode.kind === 'fenced' ? mode.fence.lost : null)
      const driver = new PostgresDriver({ pool: async () => openPool(location, mode, lines) })
      return guardedDriver(driver, guardOf(location, mode, lines))
    },
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => inSchema(location.schema, new PostgresQueryCompiler()),
  }
}

/**
 * Names the schema of every table, last of all: the name is taken as it is written, and needs no setting of the session,
 * which a pooler between us and the server would not keep.
 */
function inSchema(schema: string, compiler: QueryCompiler): QueryCompiler {
  const plugin = new WithSchemaPlugin(schema)
  return {
    compileQuery: (node, queryId) => compiler.compileQuery(plugin.transformQuery({ node, queryId }), queryId),
  }
}

function openPool({ url }: PostgresLocation, mode: PostgresMode, lines: Lines): Pool {
  const numbers = new TypeOverrides()
  // Epoch milliseconds and counts: far below 2^53.
  numbers.setTypeParser(types.builtins.INT8, Number)
  const pool = new Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Kept for the whole command: a new connection costs more than all statements of a batch.
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    stream: () => lines.stream(),
    application_name: sessionOf(mode),
    types: numbers,
  })
  // A connection that the server ends while no statement is under way: the next statement opens another, or says what is
  // wrong. Unheard, it would end the process, in a transaction that is between two statements too.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

const sessionOf = (mode: PostgresMode): string => {
  if (mode.kind === 'fenced') return mode.fence.session
  return mode.kind === 'read_only' ? SESSION : mode.session
}

function guardOf(location: PostgresLocation, mode: PostgresMode, lines: Lines): Guard {
  const explained = async (error: unknown) => asUserError(location, error)
  const plain = {
    prepared: withoutZeroBytes,
    within: lines.within,
    onBegin: async () => {},
    explained,
    onEnd: () => void setTimeout(lines.cut, GOODBYE_MS).unref(),
  }
  if (mode.kind === 'read_only') return { ...plain, onBegin: onlyRead }
  if (mode.kind !== 'fenced') return plain
  const { fence } = mode
  return {
    ...plain,
    onBegin: connection => holdLease(location, fence, connection),
    explained: async error => {
      // Who takes the lease over ends our sessions: then this, and not the connection, is what is to be told.
      if (isConnectionLost(error)) await fence.assertHeld()
      return explained(error)
    },
  }
}

const onlyRead = async (connection: DatabaseConnection): Promise<void> => {
  await connection.executeQuery(CompiledQuery.raw('set transaction read only'))
}

/**
 * The lock keeps the lease from being taken over before this transaction ends, and does not hinder its renewal (a key is
 * what a takeover changes, and a renewal does not). Where it was taken over already there is no such row.
 */
async function holdLease(
  { schema, shown }: PostgresLocation,
  { token }: Fence,
  connection: DatabaseConnection,
): Promise<void> {
  const lease = `${escapeIdentifier(schema)}.lease`
  const held = await connection.executeQuery(
    CompiledQuery.raw(`select token from ${lease} where token = $1 for key share`, [token]),
  )
  if (held.rows.length === 0) throw new LeaseLost(shown)
}

/** PostgreSQL keeps no zero byte in a text, and a name that has one should not end a run. */
function withoutZeroBytes(query: CompiledQuery): CompiledQuery {
  if (!query.parameters.some(hasZeroByte)) return query
  const parameters = query.parameters.map(value =>
    hasZeroByte(value) ? value.replaceAll('\0', '\ufffd') : value,
  )
  return { ...query, parameters }
}

const hasZeroByte = (value: unknown): value is string => typeof value === 'string' && value.includes('\0')
