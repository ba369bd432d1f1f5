import type { Clock } from '../control/clock.ts'
import { Refusal } from '../rest/refusal.ts'

export interface PlanLimits {
  /** Calls in any ten seconds, of one app. */
  perTenSeconds: number
  /** Calls from midnight to midnight in the account's time zone, of the account. */
  perDay: number
  /** Searches in any second, of the account. */
  searchesPerSecond: number
}

export type Plan = 'free' | 'starter' | 'professional' | 'enterprise'
export type Policy = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY'

const SEARCHES_PER_SECOND = 5
export const PLANS: Readonly<Record<Plan, PlanLimits>> = {
  free: { perTenSeconds: 100, perDay: 250_000, searchesPerSecond: SEARCHES_PER_SECOND },
  starter: { perTenSeconds: 100, perDay: 250_000, searchesPerSecond: SEARCHES_PER_SECOND },
  professional: { perTenSeconds: 190, perDay: 625_000, searchesPerSecond: SEARCHES_PER_SECOND },
  enterprise: { perTenSeconds: 190, perDay: 1_000_000, searchesPerSecond: SEARCHES_PER_SECOND },
}

/** So many that nobody meets them: the headers still tell, because whoever paces by them would stay slow without. */
export const UNLIMITED: PlanLimits = {
  perTenSeconds: 1_000_000,
  perDay: 1_000_000_000,
  searchesPerSecond: 1_000_000,
}

const TEN_SECONDS_MS = 10_000
const SECOND_MS = 1_000

export interface Limiter {
  /** Counts a call, and answers the headers that go with it; throws a 429 where it is one too many. */
  take(lane: 'search' | 'general'): Readonly<Record<string, string>>
}

export function createLimiter(limits: PlanLimits, clock: Clock, timeZone: string): Limiter {
  const days = new Intl.DateTimeFormat('en-CA', { timeZone })
  const rolling = createWindow(limits.perTenSeconds, TEN_SECONDS_MS)
  const searches = createWindow(limits.searchesPerSecond, SECOND_MS)
  let day = ''
  let today = 0

  const headers = (now: number) => ({
    'X-HubSpot-RateLimit-Daily': String(limits.perDay),
    'X-HubSpot-RateLimit-Daily-Remaining': String(limits.perDay - today),
    'X-HubSpot-RateLimit-Interval-Milliseconds': String(TEN_SECONDS_MS),
    'X-HubSpot-RateLimit-Max': String(limits.perTenSeconds),
    'X-HubSpot-RateLimit-Remaining': String(limits.perTenSeconds - rolling.used(now)),
  })
  return {
    take: lane => {
      const now = clock.now()
      const started = days.format(now)
      if (started !== day) today = 0
      day = started
      // Search answers carry no such headers.
      const told = () => (lane === 'search' ? {} : headers(now))
      if (today >= limits.perDay) throw tooMany('DAILY', told())
      if (lane === 'search' && !searches.take(now)) throw tooMany('SECONDLY', told())
      if (lane === 'general' && !rolling.take(now)) throw tooMany('TEN_SECONDLY_ROLLING', told())
      today++
      return told()
    },
  }
}

export function tooMany(policyName: Policy, headers: Readonly<Record<string, string>> = {}): Refusal {
  const message = `You have reached your ${policyName.toLowerCase()} limit.`
  return new Refusal(429, { message, errorType: 'RATE_LIMIT', category: 'RATE_LIMITS', policyName }, headers)
}

/** Calls of the last `lengthMs`; refused ones don't count. */
function createWindow(calls: number, lengthMs: number) {
  let times: number[] = []
  let first = 0
  const used = (now: number) => {
    while (first < times.length && (times[first] ?? now) <= now - lengthMs) first++
    if (first > times.length / 2) {
      times = times.slice(first)
      first = 0
    }
    return times.length - first
  }
  return {
    used,
    take: (now: number) => {
      if (used(now) >= calls) return false
      times.push(now)
      return true
    },
  }
}
