import { Hono } from 'hono'
import { z } from 'zod'
import { parsed } from '../batch/batch-request.ts'
import type { Owner } from '../options.ts'
import { LEAD_PIPELINE } from '../portal/pipelines.ts'
import type { Portal } from '../portal/portal.ts'
import type { Access } from './access.ts'
import { badRequest, notFound } from './refusal.ts'
import { archivedOf, bodyOf, pageOf, pagingOf } from './request-parts.ts'
import type { Version } from './version.ts'

const APP_ID = 700_001
const OWNER_LIMITS = { most: 500, usual: 100 }

const tokenBody = z.strictObject({ tokenKey: z.string() })

/** Who the account is, who owns records, which stages a lead has. */
export function accountRoutes(portal: Portal, access: Access, version: Version): Hono {
  const routes = new Hono()
  routes.get(version.account, context =>
    context.json({
      portalId: portal.settings.portalId,
      accountType: 'DEVELOPER_TEST',
      timeZone: portal.settings.timeZone,
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '+00:00',
      utcOffsetMilliseconds: 0,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    }),
  )

  for (const path of [version.owners, `${version.owners}/`]) {
    routes.get(path, context => {
      access.need('crm.objects.owners.read')
      const { limit, after = '0' } = pageOf(context, OWNER_LIMITS)
      const email = context.req.query('email')
      const fitting = portal
        .owners()
        .filter(owner => owner.archived === archivedOf(context))
        .filter(owner => email === undefined || owner.email === email)
      const end = Number(after) + limit
      const next = end < fitting.length ? String(end) : undefined
      return context.json({ results: fitting.slice(Number(after), end).map(told), ...pagingOf(next) })
    })
  }
  routes.get(`${version.owners}/:id`, context => {
    access.need('crm.objects.owners.read')
    const owner = portal.owners().find(({ id }) => id === context.req.param('id'))
    if (owner === undefined || owner.archived !== archivedOf(context)) throw notFound()
    return context.json(told(owner))
  })

  routes.get(`${version.pipelines}/:type`, context => {
    const { type } = portal.object(context.req.param('type'))
    access.need(`crm.objects.${type.scope}.read`)
    return context.json({ results: type.name === 'leads' ? [LEAD_PIPELINE] : [] })
  })
  routes.get(`${version.pipelines}/:type/:id/stages`, context => {
    const { type } = portal.object(context.req.param('type'))
    access.need(`crm.objects.${type.scope}.read`)
    if (type.name !== 'leads' || context.req.param('id') !== LEAD_PIPELINE.id) throw notFound()
    return context.json({ results: LEAD_PIPELINE.stages })
  })
  return routes
}

/** What the token may do: told for private apps, under a path that has no version. */
export function tokenRoutes(portal: Portal, access: Access, tokenKind: 'private_app' | 'service_key'): Hono {
  const routes = new Hono()
  routes.post('/oauth/v2/private-apps/get/access-token-info', async context => {
    const { tokenKey } = parsed(tokenBody, await bodyOf(context))
    if (tokenKind === 'service_key' || tokenKey !== access.token) {
      throw badRequest('The token is not one of a private app')
    }
    return context.json({
      userId: 1,
      hubId: portal.settings.portalId,
      appId: APP_ID,
      scopes: [...access.scopes],
    })
  })
  return routes
}

const told = (owner: Owner) => ({
  ...owner,
  userId: Number(owner.id),
  type: 'PERSON',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
})
