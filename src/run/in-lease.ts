import type { Config } from '../config/config.ts'
import type { HeldLease } from '../state/lease/held-lease.ts'
import { acquireLease, leaseHeld } from '../state/lease/lease.ts'
import { openState, type State } from '../state/state.ts'

/**
 * Does work on the state that nobody else may do at the same time. Work that takes long stops where `lease.lost` is
 * aborted, and asks `lease.assertHeld` before it writes anywhere else than to the state.
 * @param onHeld hears of the lease: who breaks the work off by ending the process gives it back
 * @throws UserError (exit 4) where another process holds the lease, or took it over
 */
export async function inLease<T>(
  { state: place }: Pick<Config, 'state'>,
  now: Date,
  work: (state: State, lease: Pick<HeldLease, 'lost' | 'assertHeld'>) => Promise<T>,
  onHeld?: (lease: Pick<HeldLease, 'release'>) => void,
): Promise<T> {
  const lease = await acquireLease(place, now)
  if (lease.status === 'held') throw leaseHeld(lease.holder)
  onHeld?.(lease)
  try {
    const state = await openState(place, { lease })
    try {
      return await work(state, lease)
    } finally {
      await state.close()
    }
  } finally {
    await lease.release()
  }
}

/** What a run needs of the lease that it holds: it stops once the lease is lost, and asks before it writes to a CRM. */
export const heldBy = (
  lease: Pick<HeldLease, 'lost' | 'assertHeld'>,
  signal: AbortSignal,
): { signal: AbortSignal; assertHeld: () => Promise<void> } => ({
  signal: AbortSignal.any([signal, lease.lost]),
  assertHeld: () => lease.assertHeld(),
})
