import type { Config } from '../config/config.ts'
import { acquireLease, leaseHeld } from '../state/lease.ts'
import { openState, type State } from '../state/state.ts'

/**
 * Does work on the state that nobody else may do at the same time.
 * @throws UserError (exit 4) where another process holds the lease
 */
export async function inLease<T>(
  { state: { url } }: Config,
  now: Date,
  work: (state: State) => Promise<T>,
): Promise<T> {
  const lease = await acquireLease(url, now)
  if (lease.status === 'held') throw leaseHeld(lease.holder)
  try {
    const state = await openState(url)
    try {
      return await work(state)
    } finally {
      await state.close()
    }
  } finally {
    await lease.release()
  }
}
