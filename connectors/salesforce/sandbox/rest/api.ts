import { type Context, Hono } from 'hono'
import type { IngestJob } from '../bulk/ingest-job.ts'
import { ingestRoutes, type JobPace } from '../bulk/ingest-routes.ts'
import { queryJobRoutes } from '../bulk/query-job-routes.ts'
import { soapRoutes } from '../metadata/soap-routes.ts'
import { type Credentials, oauthRoutes, type Urls } from '../oauth/oauth-routes.ts'
import { bearerOf, type Tokens } from '../oauth/tokens.ts'
import type { Limiter } from '../org/limiter.ts'
import type { Org } from '../org/org.ts'
import { collectionRoutes } from './collection-routes.ts'
import { compositeRoutes } from './composite-routes.ts'
import { errorResponse } from './error-response.ts'
import { limitRoutes } from './limit-routes.ts'
import { objectRoutes } from './object-routes.ts'
import { queryRoutes } from './query-routes.ts'
import { recordRoutes, SeveralRecords } from './record-routes.ts'
import { notFound, Refusal, refusal } from './refusal.ts'
import { type ApiEnv, checkVersion, versionsOf } from './request-parts.ts'

export interface ApiParts {
  org: Org
  tokens: Tokens
  limiter: Limiter
  credentials: Credentials
  pace: JobPace
  urls: Urls
}

/** Salesforce's API: first who asks, then how often, then what. */
export function createApi(parts: ApiParts): Hono {
  const { org, tokens, credentials, urls } = parts
  // A slash at the end changes nothing.
  const api = new Hono({ strict: false })
  api.route('/', oauthRoutes(org, tokens, credentials, urls))
  api.route('/', soapRoutes(org, tokens))
  api.get('/services/data', context => context.json(versionsOf(org).map(shownVersion)))
  api.route('/services/data/:version', dataRoutes(parts))
  api.notFound(() => errorResponse(notFound()))
  api.onError(answerOf)
  return api
}

function shownVersion(version: number) {
  return { label: `Version ${version}`, url: `/services/data/v${version}.0`, version: `${version}.0` }
}

function dataRoutes({ org, tokens, limiter, pace, urls }: ApiParts): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  const resources = resourceRoutes(org, limiter, pace, urls)
  routes.use(async (context, next) => {
    context.set('user', tokens.userOf(bearerOf(context.req.header('authorization'))))
    limiter.take()
    await next()
    // Bulk answers don't tell it.
    if (!/\/jobs\//.test(context.req.path)) {
      context.res.headers.set('Sforce-Limit-Info', `api-usage=${limiter.used()}/${limiter.limit}`)
    }
  })
  routes.use(async (context, next) => {
    checkVersion(org, context)
    await next()
  })
  routes.route('/', resources)
  return routes
}

function resourceRoutes(org: Org, limiter: Limiter, pace: JobPace, urls: Urls): Hono<ApiEnv> {
  const resources = new Hono<ApiEnv>()
  const jobs = new Map<string, IngestJob>()
  resources.route('/', limitRoutes(org, limiter, urls))
  resources.route('/', queryRoutes(org))
  resources.route('/sobjects', objectRoutes(org))
  resources.route('/sobjects', recordRoutes(org))
  resources.route('/composite/sobjects', collectionRoutes(org))
  resources.route('/jobs/ingest', ingestRoutes(org, pace, jobs))
  resources.route('/jobs/query', queryJobRoutes(org, pace))
  // A subrequest goes the same way, as the same user, but counts as no call.
  const inner = new Hono<ApiEnv & { Bindings: ApiEnv['Variables'] }>({ strict: false })
  inner.use(async (context, next) => {
    context.set('user', context.env.user)
    await next()
  })
  inner.use('/services/data/:version/*', async (context, next) => {
    checkVersion(org, context)
    await next()
  })
  inner.route('/services/data/:version', resources)
  inner.notFound(() => errorResponse(notFound()))
  inner.onError(answerOf)
  const composite = compositeRoutes(org, async (context, { method, path, body, headers }) => {
    const init = { method, headers: { 'content-type': 'application/json', ...headers } }
    const request = body === undefined ? init : { ...init, body: JSON.stringify(body) }
    return await inner.request(path, request, { user: context.get('user') })
  })
  const all = new Hono<ApiEnv>()
  all.route('/composite', composite)
  all.route('/', resources)
  return all
}

function answerOf(error: Error, context: Context): Response {
  if (error instanceof SeveralRecords) return context.json(error.urls, 300)
  if (error instanceof Refusal) return errorResponse(error)
  // A fault of the sandbox itself must not look like one of Salesforce's.
  console.error('salesforce sandbox:', error)
  return errorResponse(refusal(500, 'UNKNOWN_EXCEPTION', `sandbox: ${error.message}`))
}
