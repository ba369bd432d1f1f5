import pRetry from 'p-retry'
import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import type { FailureKind } from '../../contract/records.ts'
import type { Call } from '../../contract/session.ts'
import type { Pacer } from './pacer.ts'

/** HTTP calls that were sent, retries included. */
export interface CallCounts {
  read: number
  write: number
}

/** A CRM that answers nothing for so long has lost the request: HubSpot itself gives up after 30 s. */
export const REQUEST_TIMEOUT_MS = 60_000

/** A read is repeated for about a minute in all: longer troubles are left for the next run. */
export const RETRIES = {
  retries: 5,
  factor: 2,
  minTimeout: 500,
  maxTimeout: 30_000,
  randomize: true,
} as const

/** A CRM that answers a byte now and then runs into each deadline: after so long there is no further attempt. */
const READ_PATIENCE_MS = 2 * 60_000

/** Where the CRM says "too fast" and not for how long. */
const DEFAULT_PAUSE_MS = 1_000

/** A CRM that wants to be left alone for longer is left to the next run: a run that sleeps holds the lease. */
export const LONGEST_PAUSE_MS = 5 * 60_000

const PASSING: ReadonlySet<FailureKind> = new Set(['throttled', 'transient', 'unknown_outcome'])

/** Whether the same request may go through another time. */
export const isPassing = (kind: FailureKind): boolean => PASSING.has(kind)

type Kind = Parameters<Call['request']>[0]['kind']

/** A session's way to the network: counted, paced, with a deadline; reads are repeated. See `Call` for the promises. */
export function openCall(options: {
  pacer: Pacer
  counts: CallCounts
  signal: AbortSignal
  /** Throws where no such call may be made any more. */
  beforeCall: (kind: Kind) => Promise<void>
  /** Throws where there is no call left; asked with nothing between it and the counting, so that none is given twice. */
  reserve: () => void
}): Call {
  const { pacer, counts, signal, beforeCall, reserve } = options
  return {
    signal,
    request({ kind, lane }, send) {
      const once = async () => {
        await pacer.turn(lane, signal)
        await beforeCall(kind)
        reserve()
        counts[kind]++
        try {
          return await withDeadline(kind, signal, send)
        } catch (error) {
          if (error instanceof RequestFailed && error.failure.kind === 'throttled') {
            pause(pacer, error)
          }
          throw error
        }
      }
      if (kind === 'write') return once()
      return repeated(once, signal)
    },
  }
}

/** Does what only reads again and again, for about a minute, where it fails in passing. */
export const repeated = <T>(
  read: () => Promise<T>,
  signal: AbortSignal,
  mayRepeat: () => boolean = () => true,
): Promise<T> =>
  pRetry(read, {
    ...RETRIES,
    maxRetryTime: READ_PATIENCE_MS,
    signal,
    shouldRetry: ({ error }) =>
      error instanceof RequestFailed && isPassing(error.failure.kind) && mayRepeat(),
  })

/** One request that ends in time: `send` is told to stop, and what it then throws is said in words that delivery knows. */
async function withDeadline<T>(
  kind: Kind,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not `AbortSignal.any`: the run's signal lives long and would keep something of every request.
  const ending = new AbortController()
  const stop = () => ending.abort(signal.reason)
  const late = { isSo: false }
  const timer = setTimeout(() => {
    late.isSo = true
    ending.abort(new Error('no answer in time'))
  }, REQUEST_TIMEOUT_MS)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    return await send(ending.signal)
  } catch (error) {
    if (!late.isSo || error instanceof RequestFailed || error instanceof SessionFault) throw error
    const message = `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`
    throw new RequestFailed(
      { kind: kind === 'write' ? 'unknown_outcome' : 'transient', message },
      { cause: error },
    )
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

function pause(pacer: Pacer, error: RequestFailed): void {
  const { retryAfterMs = DEFAULT_PAUSE_MS, message } = error.failure
  if (retryAfterMs > LONGEST_PAUSE_MS) {
    const minutes = Math.ceil(retryAfterMs / 60_000)
    throw new SessionFault('quota', `the CRM asks for a pause of ${minutes} minutes: ${message}`, {
      cause: error,
    })
  }
  pacer.pause(retryAfterMs)
}
