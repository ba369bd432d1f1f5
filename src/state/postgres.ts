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
import { type Guard, guardedDriver } from './guarded-driver.ts'
import { LeaseLost } from './lease-lost.ts'
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
}

/** `fenced`: nothing is written once the lease is lost. `unfenced`: for the lease itself. */
export type PostgresMode =
  | { kind: 'fenced'; fence: Fence }
  | { kind: 'unfenced'; session: string }
  | { kind: 'read_only' }

/** A server that does not answer within this is not there. */
const CONNECT_TIMEOUT_MS = 10_000
/** Shown in pg_stat_activity. */
const SESSION = 'oql'

/** Opens the tables of the state's schema. It connects with the first statement. */
export const openPostgres = <Tables>(location: PostgresLocation, mode: PostgresMode): Kysely<Tables> =>
  new Kysely<Tables>({
    dialect: postgresDialect(location, mode),
    plugins: [new CamelCasePlugin({ underscoreBeforeDigits: true })],
  })

/**
 * PostgreSQL for Kysely. One connection, as with SQLite: transactions of one state that overlap are done one after the
 * other, and what one has read still holds when it writes.
 */
function postgresDialect(location: PostgresLocation, mode: PostgresMode): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () =>
      guardedDriver(
        new PostgresDriver({ pool: async () => openPool(location, mode) }),
        guardOf(location, mode),
      ),
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

function openPool({ url }: PostgresLocation, mode: PostgresMode): Pool {
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
  return mode.kind === 'unfenced' ? mode.session : SESSION
}

function guardOf(location: PostgresLocation, mode: PostgresMode): Guard {
  const explained = async (error: unknown) => asUserError(location, error)
  const prepared = withoutZeroBytes
  if (mode.kind === 'unfenced') return { prepared, onBegin: async () => {}, explained }
  if (mode.kind === 'read_only') return { prepared, onBegin: onlyRead, explained }
  const { fence } = mode
  return {
    prepared,
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
