import type { Fence } from '../database/postgres.ts'

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
