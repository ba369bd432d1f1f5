import { EXIT, UserError } from '../domain/errors.ts'
import { acquireFileLease, NEVER_LOST } from './file-lease.ts'
import { locate, type StatePlace } from './location.ts'
import type { Fence } from './postgres.ts'
import { acquirePostgresLease, LEASE_TIMES, type LeaseTimes } from './postgres-lease.ts'

/** Who holds the lease, as far as they told. */
export interface Holder {
  pid: number
  host: string
  since: Date
}

/** The right to run. Held by one process at a time. */
export interface HeldLease {
  status: 'acquired'
  /** For `openState`, so that a holder that was taken for dead writes nothing; null where that can't be (SQLite). */
  fence: Fence | null
  /** Aborted, with `LeaseLost` as its reason, once another process may hold the lease. */
  lost: AbortSignal
  /**
   * For before each batch of writes to a CRM, which no database can refuse. Costs one small query on PostgreSQL, nothing
   * on SQLite.
   * @throws LeaseLost; UserError where the database can't be asked
   */
  assertHeld(): Promise<void>
  release(): Promise<void>
}

/** `held` says that another process has it. */
export type Lease = HeldLease | { status: 'held'; holder: Holder | null }

/**
 * Takes the lease of the state at `place`, or says at once that another process holds it. With SQLite it is free the
 * moment its process is gone; with PostgreSQL a minute at most after it was last heard of.
 */
export async function acquireLease(
  place: StatePlace | string,
  now: Date,
  times: LeaseTimes = LEASE_TIMES,
): Promise<Lease> {
  const location = locate(place)
  if (location.kind === 'memory') return { ...NEVER_LOST, release: async () => {} }
  if (location.kind === 'file') return acquireFileLease(location.path, now)
  return acquirePostgresLease(location, now, times)
}

/** What a command says that needs the lease and does not get it. */
export function leaseHeld(holder: Holder | null): UserError {
  const who =
    holder === null ? '' : ` (process ${holder.pid} on ${holder.host}, since ${holder.since.toISOString()})`
  return new UserError(`Another run holds the lease${who}`, {
    exitCode: EXIT.leaseHeld,
    hint: 'Wait until it has ended, and try again',
  })
}
