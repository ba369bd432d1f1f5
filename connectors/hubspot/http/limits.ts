import type { Limits } from '../../../src/contract/index.ts'

/** HubSpot takes at most 100 inputs in one batch; 101 are answered with 400. */
export const MAX_BATCH = 100

/** Records whose associations one batch read tells. */
export const MAX_ASSOCIATION_INPUTS = 1_000

/** Enough to fill 19 calls a second at HubSpot's usual 300 ms; more would only queue there. */
const MAX_CONCURRENT = 6

/** The lane of search, which has a limit of its own. */
export const SEARCH_LANE = 'search'

/** What the smallest plan allows: right for every account until the first answer says more. */
export const SAFE_LIMITS: Limits = {
  maxBatch: MAX_BATCH,
  maxConcurrent: MAX_CONCURRENT,
  perInterval: { calls: 100, ms: 10_000 },
  lanes: { [SEARCH_LANE]: { calls: 5, ms: 1_000 } },
}

/** The limits after an answer. Search answers carry no limits and change none; every answer carries the date. */
export function refreshed(limits: Limits, headers: Headers, now: Date): Limits {
  const calls = wholeNumber(headers, 'x-hubspot-ratelimit-max')
  const ms = wholeNumber(headers, 'x-hubspot-ratelimit-interval-milliseconds')
  const dailyLeft = wholeNumber(headers, 'x-hubspot-ratelimit-daily-remaining')
  const daily = wholeNumber(headers, 'x-hubspot-ratelimit-daily')
  const date = Date.parse(headers.get('date') ?? '')
  return {
    ...limits,
    ...(Number.isNaN(date) ? {} : { clockAheadMs: date - now.getTime() }),
    ...(calls && ms ? { perInterval: { calls, ms } } : {}),
    ...(daily ? { daily } : {}),
    ...(dailyLeft === undefined ? {} : { dailyLeft }),
  }
}

function wholeNumber(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined
}
