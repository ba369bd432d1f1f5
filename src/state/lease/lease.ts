import { EXIT, UserError } from '../../domain/errors.ts'
import { locate, type StatePlace } from '../database/location.ts'
import { acquireFileLease, NEVER_LOST } from './file-lease.ts'
import type { Holder, Lease } from './held-lease.ts'
import { acquirePostgresLease, LEASE_TIMES, type LeaseTimes } from './postgres-lease.ts'

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
