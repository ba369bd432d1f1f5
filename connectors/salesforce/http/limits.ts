import type { Limits } from '../../../src/contract/index.ts'

/** Salesforce takes at most 200 records in one call of collections; more are answered with 400. */
export const MAX_BATCH = 200

/** An org answers 25 long calls at once for all of its apps together: a few are ours. */
const MAX_CONCURRENT = 4

export const FIRST_LIMITS: Limits = { maxBatch: MAX_BATCH, maxConcurrent: MAX_CONCURRENT }

/** `Sforce-Limit-Info: api-usage=18/5000`, or `api-usage=18/5000; per-app-api-usage=17/250(appName=…)`. */
const USAGE = /(?:^|[\s;,])(per-app-)?api-usage=(\d+)\/(\d+)/g

/** The limits after an answer. Those of bulk jobs, metadata and tokens tell of no calls; every answer carries the date. */
export function refreshed(limits: Limits, headers: Headers, now: Date): Limits {
  const usages = [...(headers.get('sforce-limit-info') ?? '').matchAll(USAGE)].map(([, , used, all]) => ({
    daily: Number(all),
    left: Math.max(0, Number(all) - Number(used)),
  }))
  // An app of its own quota meets whichever ends first.
  const [tightest] = usages.sort((one, other) => one.left - other.left)
  const date = Date.parse(headers.get('date') ?? '')
  return {
    ...limits,
    ...(Number.isNaN(date) ? {} : { clockAheadMs: date - now.getTime() }),
    ...(tightest === undefined ? {} : { daily: tightest.daily, dailyLeft: tightest.left }),
  }
}
