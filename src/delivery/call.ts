import pRetry from 'p-retry'
import { RequestFailed } from '../contract/faults.ts'
import type { FailureKind } from '../contract/records.ts'
import type { Call } from '../contract/session.ts'
import type { Pacer } from './pacer.ts'

/** HTTP calls that were sent, retries included. */
export interface CallCounts {
  read: number
  write: number
}

/** A CRM that answers nothing for so long has lost the request; 30 s is what HubSpot itself allows one. */
const REQUEST_TIMEOUT_MS = 60_000

/** A read is repeated for about a minute in all: longer troubles are left for the next run. */
export const RETRIES = {
  retries: 5,
  factor: 2,
  minTimeout: 500,
  maxTimeout: 30_000,
  randomize: true,
} as const

/** Where the CRM says "too fast" and not for how long. */
const DEFAULT_PAUSE_MS = 1_000

const PASSING: ReadonlySet<FailureKind> = new Set(['throttled', 'transient', 'unknown_outcome'])

/** Whether the same request may go through another time. */
export const isPassing = (kind: FailureKind): boolean => PASSING.has(kind)

/** A session's way to the network: counted, paced, with a deadline; reads are repeated. See `Call` for the promises. */
export function openCall(options: { pacer: Pacer; counts: CallCounts; signal: AbortSignal }): Call {
  const { pacer, counts, signal } = options
  return {
    signal,
    request({ kind, lane }, send) {
      const once = async () => {
        await pacer.turn(lane, signal)
        counts[kind]++
        try {
          return await send(AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]))
        } catch (error) {
          if (error instanceof RequestFailed && error.failure.kind === 'throttled') {
            pacer.pause(error.failure.retryAfterMs ?? DEFAULT_PAUSE_MS)
          }
          throw error
        }
      }
      if (kind === 'write') return once()
      return pRetry(once, {
        ...RETRIES,
        signal,
        shouldRetry: ({ error }) => error instanceof RequestFailed && isPassing(error.failure.kind),
      })
    },
  }
}
