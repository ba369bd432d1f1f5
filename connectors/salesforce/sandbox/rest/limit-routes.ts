import { Hono } from 'hono'
import { identityUrl, type Urls } from '../oauth/oauth-routes.ts'
import type { Limiter } from '../org/limiter.ts'
import type { Org } from '../org/org.ts'
import { eventsOfHour } from '../org/publish.ts'
import { type ApiEnv, baseOf } from './request-parts.ts'

/** Jobs and events that an Enterprise org may have in 24 hours. */
const DAILY_BULK_BATCHES = 15_000
const DAILY_QUERY_JOBS = 10_000
/** What an Enterprise org may keep; the sandbox counts none of it. */
const STORAGE_MB = 10_240

/** `/services/data/v68.0` itself and `/limits`. */
export function limitRoutes(org: Org, limiter: Limiter, urls: Urls): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  routes.get('/', context => {
    const base = baseOf(context)
    const names = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs']
    return context.json({
      ...Object.fromEntries(names.map(name => [name, `${base}/${name}`])),
      identity: identityUrl(org, context.get('user'), urls),
    })
  })
  routes.get('/limits', context => {
    const events = eventsOfHour(org)
    return context.json({
      DailyApiRequests: { Max: limiter.limit, Remaining: Math.max(0, limiter.limit - limiter.used()) },
      DataStorageMB: { Max: STORAGE_MB, Remaining: STORAGE_MB },
      FileStorageMB: { Max: STORAGE_MB, Remaining: STORAGE_MB },
      DailyBulkApiBatches: { Max: DAILY_BULK_BATCHES, Remaining: DAILY_BULK_BATCHES },
      DailyBulkV2QueryJobs: { Max: DAILY_QUERY_JOBS, Remaining: DAILY_QUERY_JOBS },
      HourlyPublishedPlatformEvents: {
        Max: org.settings.hourlyEvents,
        Remaining: Math.max(0, org.settings.hourlyEvents - events),
      },
    })
  })
  return routes
}
