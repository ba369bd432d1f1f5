import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { batchRoutes } from '../batch/batch-routes.ts'
import { isSearch, requestOf } from '../control/counters.ts'
import type { Limiter } from '../portal/limiter.ts'
import type { Portal } from '../portal/portal.ts'
import { type Access, checkToken } from './access.ts'
import { accountRoutes, tokenRoutes } from './account-routes.ts'
import { associationRoutes } from './association-routes.ts'
import { errorResponse } from './error-response.ts'
import { objectRoutes } from './object-routes.ts'
import { propertyRoutes } from './property-routes.ts'
import { notFound, Refusal } from './refusal.ts'
import { VERSIONS } from './version.ts'

/** HubSpot's API as it answers this token: first who asks, then how often, then what. */
export function createApi(
  portal: Portal,
  access: Access,
  limiter: Limiter,
  tokenKind: 'private_app' | 'service_key',
): Hono {
  const api = new Hono()
  api.use(async (context, next) => {
    checkToken(access, context.req.header('authorization'))
    const search = isSearch(requestOf(context.req.method, context.req.path))
    const headers = limiter.take(search ? 'search' : 'general')
    await next()
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
    if (!context.res.headers.has(CORRELATION)) context.res.headers.set(CORRELATION, randomUUID())
  })
  for (const version of VERSIONS) {
    api.route(version.objects, batchRoutes(portal, access, version))
    api.route(version.objects, objectRoutes(portal, access, version))
    api.route(version.properties, propertyRoutes(portal, access))
    api.route('/', associationRoutes(portal, access, version))
    api.route('/', accountRoutes(portal, access, version))
  }
  api.route('/', tokenRoutes(portal, access, tokenKind))
  api.notFound(() => errorResponse(notFound()))
  api.onError(error => {
    if (error instanceof Refusal) return errorResponse(error)
    // A fault of the sandbox itself must not look like one of HubSpot's.
    console.error('hubspot sandbox:', error)
    return errorResponse(
      new Refusal(500, { message: `sandbox: ${error.message}`, category: 'INTERNAL_ERROR' }),
    )
  })
  return api
}

const CORRELATION = 'x-hubspot-correlation-id'
