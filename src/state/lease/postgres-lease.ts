import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type Kysely, sql } from 'kysely'
import type { PostgresLocation } from '../database/location.ts'
import { type Fence, openPostgres } from '../database/postgres.ts'
import { ensureSchema } from '../database/postgres-schema.ts'
import { primaryCode } from '../database/sqlite-errors.ts'
import type { HeldLease, Holder, Lease } from './held-lease.ts'
import { LeaseLost } from './lease-lost.ts'

export interface LeaseTimes {
  /** Between two signs of life. */
  renewMs: number
  /** A holder that could give no sign for so long stops by itself. */
  giveUpMs: number
  /** A holder that was not heard of for so long is taken for dead, by the database's clock. Longer than `giveUpMs`. */
  takeOverMs: number
}

/** Two renewals may fail in passing; a takeover comes within the minute of DESIGN.md. */
export const LEASE_TIMES: LeaseTimes = { renewMs: 15_000, giveUpMs: 45_000, takeOverMs: 55_000 }

/** A takeover waits so long for the sessions of the one before to end: less than a question of the lease may take. */
const TAKE_OVER_WAIT_MS = 3_000

/** SQLSTATE lock_not_available. */
const LOCK_TIMEOUT = '55P03'

/** One row. The token is the key: a takeover changes it, a renewal does not (see `holdLease`). */
interface LeaseRow {
  token: number
  /** Names the holder's sessions; null: nobody holds it. */
  session: string | null
  pid: number | null
  host: string | null
  since: number | null
  /** By the database's clock, and never read from it. */
  renewedAt: Date
}
type LeaseTables = { lease: LeaseRow }
type LeaseDatabase = Kysely<LeaseTables>

const TABLE = `
create table if not exists lease (
  token bigint primary key,
  session text,
  pid bigint,
  host text,
  since bigint,
  renewed_at timestamptz not null
)`

/**
 * Takes the lease that is a row in the state's schema, on a connection of its own. It stands beside the migrations, since
 * who migrates must hold it.
 */
export async function acquirePostgresLease(
  location: PostgresLocation,
  now: Date,
  times: LeaseTimes,
): Promise<Lease> {
  const session = `oql ${randomUUID()}`
  const db = openPostgres<LeaseTables>(location, { kind: 'lease', session })
  try {
    await ensureTable(db, location.schema)
    const before = await read(db, times)
    const token = before.isFree ? await take(db, before, { session, now, times }) : null
    if (token !== null) return held(db, location, { token, session }, times)
    await db.destroy()
    return { status: 'held', holder: holderOf(before) }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

async function ensureTable(db: LeaseDatabase, schema: string): Promise<void> {
  const found = await sql`
    select 1 from pg_catalog.pg_tables where schemaname = ${schema} and tablename = 'lease'
  `.execute(db)
  if (found.rows.length > 0) return
  await db.transaction().execute(async transaction => {
    await ensureSchema(transaction, schema)
    await sql.raw(TABLE).execute(transaction)
    await sql`
      insert into lease (token, renewed_at) select 0, clock_timestamp() where not exists (select 1 from lease)
    `.execute(transaction)
  })
}

type Seen = Omit<LeaseRow, 'renewedAt'> & { isFree: boolean }

const isStale = ({ takeOverMs }: LeaseTimes) =>
  sql<boolean>`renewed_at < clock_timestamp() - make_interval(secs => ${takeOverMs / 1_000})`

const read = (db: LeaseDatabase, times: LeaseTimes): Promise<Seen> =>
  db
    .selectFrom('lease')
    .select(['token', 'session', 'pid', 'host', 'since'])
    .select(({ or, eb }) =>
      or([eb('session', 'is', null), isStale(times)])
        .$castTo<boolean>()
        .as('isFree'),
    )
    .executeTakeFirstOrThrow()

/** @returns the new token; null where another was faster, the holder is back, or what it began does not end */
async function take(
  db: LeaseDatabase,
  before: Seen,
  { session, now, times }: { session: string; now: Date; times: LeaseTimes },
): Promise<number | null> {
  if (before.session !== null) await endSessions(db, before.session)
  const mine = { session, pid: process.pid, host: hostname(), since: now.getTime() }
  try {
    return await db.transaction().execute(async transaction => {
      await sql.raw(`set local lock_timeout = ${TAKE_OVER_WAIT_MS}`).execute(transaction)
      const taken = await transaction
        .updateTable('lease')
        .set(({ eb }) => ({ ...mine, token: eb('token', '+', 1), renewedAt: sql`clock_timestamp()` }))
        .where('token', '=', before.token)
        .where(({ or, eb }) => or([eb('session', 'is', null), isStale(times)]))
        .returning('token')
        .executeTakeFirst()
      return taken?.token ?? null
    })
  } catch (error) {
    if (primaryCode(error) === LOCK_TIMEOUT) return null
    throw error
  }
}

/** Those of a holder that was taken for dead: a transaction that it left open would hold its locks. */
async function endSessions(db: LeaseDatabase, session: string): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = ${session} and usename = current_user
  `.execute(db)
}

function held(
  db: LeaseDatabase,
  { shown }: PostgresLocation,
  { token, session }: Pick<Fence, 'token' | 'session'>,
  { renewMs, giveUpMs }: LeaseTimes,
): HeldLease {
  const losing = new AbortController()
  const lose = () => losing.abort(new LeaseLost(shown))
  const mine = db.selectFrom('lease').select('token').where('token', '=', token)

  const giveUp = setTimeout(lose, giveUpMs).unref()
  const renew = async () => {
    const renewed = await renewal(db, token)
    if (renewed) giveUp.refresh()
    else lose()
  }
  let isRenewing = false
  // One that fails is followed by another, once it has; when none comes through, the holder gives up.
  const renewing = setInterval(async () => {
    if (isRenewing) return
    isRenewing = true
    await renew().catch(() => {})
    isRenewing = false
  }, renewMs).unref()
  losing.signal.addEventListener('abort', () => clearInterval(renewing), { once: true })

  const isThere = async () => (await mine.executeTakeFirst()) !== undefined
  const assertHeld = async () => {
    // Who takes the lease over ends this connection too: the first question finds that out, the next one opens another.
    if (!losing.signal.aborted && !(await isThere().catch(isThere))) lose()
    losing.signal.throwIfAborted()
  }
  return {
    status: 'acquired',
    fence: { token, session, assertHeld, lost: losing.signal },
    lost: losing.signal,
    assertHeld,
    release: async () => {
      clearInterval(renewing)
      clearTimeout(giveUp)
      // Where the database is gone, the lease ends by itself: no reason for a run that is done to fail.
      await db
        .updateTable('lease')
        .set({ session: null })
        .where('token', '=', token)
        .execute()
        .catch(() => {})
      await db.destroy()
    },
  }
}

/** @returns false where another took the lease over */
async function renewal(db: LeaseDatabase, token: number): Promise<boolean> {
  const result = await db
    .updateTable('lease')
    .set({ renewedAt: sql`clock_timestamp()` })
    .where('token', '=', token)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const holderOf = ({ pid, host, since }: Seen): Holder | null =>
  pid === null || host === null || since === null ? null : { pid, host, since: new Date(since) }
