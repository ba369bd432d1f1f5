import { Hono } from 'hono'
import type { Org } from '../org/org.ts'
import { describedObject, describeObject } from './describe.ts'
import { describeLayouts } from './layout.ts'
import { type ApiContext, type ApiEnv, baseOf, objectOf } from './request-parts.ts'

const ENCODING = 'UTF-8'
const MAX_BATCH = 200

/** `/sobjects` and what it tells of each object. */
export function objectRoutes(org: Org): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  const object = (context: ApiContext) =>
    objectOf(org, context.get('user'), context.req.param('object') ?? '')
  routes.get('/', context => {
    const user = context.get('user')
    const visible = org.catalogue.all().filter(type => {
      const access = org.permissions.object(user, type)
      return access.read || access.create
    })
    const sobjects = visible.map(type => describedObject(org, user, type, baseOf(context)))
    return context.json({ encoding: ENCODING, maxBatchSize: MAX_BATCH, sobjects })
  })
  routes.get('/:object', context => {
    const objectDescribe = describedObject(org, context.get('user'), object(context), baseOf(context))
    return context.json({ objectDescribe, recentItems: [] })
  })
  routes.get('/:object/describe', context => {
    return context.json(describeObject(org, context.get('user'), object(context), baseOf(context)))
  })
  routes.get('/:object/describe/layouts', context => context.json(describeLayouts(org, object(context))))
  return routes
}
