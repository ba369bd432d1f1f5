import type { Clock } from '../control/clock.ts'
import { type Refusal, refusal } from '../rest/refusal.ts'

/** Of 24 hours that roll, as Salesforce counts them; kept by the hour. */
const HOUR_MS = 3_600_000
const HOURS = 24
/** More calls than this that take longer than `LONG_CALL_MS`, at one time, are refused. */
const MAX_LONG_CALLS = 25
const LONG_CALL_MS = 20_000

export interface Limiter {
  /** Counts a call; throws a 403 where it is one too many. */
  take(): void
  /** A call is under way until what this answers is called. */
  enter(): () => void
  used(): number
  limit: number
  /** As if so many calls were made by others just now. */
  use(calls: number): void
}

export function createLimiter(limit: number, clock: Clock): Limiter {
  let hours: { hour: number; calls: number }[] = []
  const running = new Set<{ since: number }>()
  const used = () => {
    const hour = Math.floor(clock.now() / HOUR_MS)
    hours = hours.filter(one => one.hour > hour - HOURS)
    return hours.reduce((sum, one) => sum + one.calls, 0)
  }
  const use = (calls: number) => {
    const hour = Math.floor(clock.now() / HOUR_MS)
    const bucket = hours.find(one => one.hour === hour)
    if (bucket === undefined) hours.push({ hour, calls })
    else bucket.calls += calls
  }
  return {
    take: () => {
      if (used() >= limit) throw overLimit('daily')
      const long = [...running].filter(({ since }) => since <= clock.now() - LONG_CALL_MS)
      if (long.length >= MAX_LONG_CALLS) throw overLimit('concurrent')
      use(1)
    },
    enter: () => {
      const call = { since: clock.now() }
      running.add(call)
      return () => running.delete(call)
    },
    used,
    limit,
    use,
  }
}

export function overLimit(policy: 'daily' | 'concurrent'): Refusal {
  const message = {
    daily: 'TotalRequests Limit exceeded.',
    concurrent: 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
  }[policy]
  return refusal(403, 'REQUEST_LIMIT_EXCEEDED', message)
}
