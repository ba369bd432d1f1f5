import { Hono } from 'hono'
import { z } from 'zod'
import { parsed, propertyValues } from '../batch/batch-request.ts'
import { errorResponse } from '../rest/error-response.ts'
import { badRequest, notFound, Refusal } from '../rest/refusal.ts'
import { archivedOf, bodyOf } from '../rest/request-parts.ts'
import type { Control } from './control.ts'
import { faultSchema } from './faults.ts'

/** Where another process finds `Control`. HubSpot has no such path, so nothing of it is shadowed. */
export const CONTROL_PATH = '/__sandbox'

const poisonBody = z.strictObject({
  object: z.string().default('companies'),
  property: z.string(),
  value: z.string(),
  telling: z.enum(['usual', 'whole', 'unnamed']).default('usual'),
})
const mergeBody = z.strictObject({ primaryId: z.string(), otherId: z.string() })
const clockBody = z.strictObject({ advanceMs: z.number().min(0) })
const pairsBody = z.strictObject({
  pairs: z.array(z.strictObject({ from: z.string(), to: z.string() })).min(1),
})
const endBody = z.strictObject({ end: z.enum(['qualified', 'unqualified']).default('unqualified') })
const ownersBody = z.strictObject({
  owners: z.array(
    z.strictObject({
      id: z.string().regex(/^\d+$/),
      email: z.string(),
      firstName: z.string().default(''),
      lastName: z.string().default(''),
      archived: z.boolean().default(false),
    }),
  ),
})
const recordsBody = z.strictObject({ records: z.array(propertyValues) })

/** `Control` over HTTP, for a test that kills the process which talks to the sandbox. No token: it is local. */
export function controlRoutes(control: Control): Hono {
  const routes = new Hono().basePath(CONTROL_PATH)
  routes.get('/counters', context => context.json(control.counters()))
  routes.delete('/counters', context => {
    control.resetCounters()
    return context.body(null, 204)
  })
  routes.get('/records/:type', context => {
    const results = control.records(context.req.param('type'), { archived: archivedOf(context) })
    return context.json({ results })
  })
  routes.get('/records/:type/:id', context => {
    const record = control.record(context.req.param('type'), context.req.param('id'))
    if (record === undefined) throw notFound()
    return context.json(record)
  })
  routes.get('/records/:type/:id/history/:property', context => {
    const { type, id, property } = context.req.param()
    return context.json({ results: control.history(type, id, property) })
  })
  routes.post('/records/:type', async context => {
    const { records } = parsed(recordsBody, await bodyOf(context))
    const results = control.insertMany(context.req.param('type'), records)
    return context.json({ ids: results.map(({ id }) => id) }, 201)
  })
  routes.patch('/records/:type/:id', async context => {
    const { type, id } = context.req.param()
    return context.json(control.update(type, id, parsed(propertyValues, await bodyOf(context))))
  })
  routes.delete('/records/:type/:id', context => {
    control.archive(context.req.param('type'), context.req.param('id'))
    return context.body(null, 204)
  })
  routes.post('/merge/:type', async context => {
    const { primaryId, otherId } = parsed(mergeBody, await bodyOf(context))
    return context.json(control.merge(context.req.param('type'), primaryId, otherId))
  })
  routes.post('/associations/:from/:to', async context => {
    const { from, to } = context.req.param()
    control.associate(from, to, parsed(pairsBody, await bodyOf(context)).pairs)
    return context.body(null, 204)
  })
  routes.get('/associations/:from/:id/:to', context => {
    const { from, id, to } = context.req.param()
    return context.json({ results: control.associated(from, id, to) })
  })
  routes.post('/leads/:id/close', async context =>
    context.json(control.closeLead(context.req.param('id'), parsed(endBody, await bodyOf(context)).end)),
  )
  routes.post('/owners', async context => {
    control.addOwners(parsed(ownersBody, await bodyOf(context)).owners)
    return context.body(null, 204)
  })
  routes.post('/faults', async context => {
    control.fault(parsed(faultSchema, await bodyOf(context)))
    return context.body(null, 204)
  })
  routes.post('/poison', async context => {
    const wanted = parsed(poisonBody, await bodyOf(context))
    control.poison(
      ({ object, properties }) => object === wanted.object && properties[wanted.property] === wanted.value,
      wanted.telling,
    )
    return context.body(null, 204)
  })
  routes.delete('/faults', context => {
    control.clearFaults()
    return context.body(null, 204)
  })
  routes.post('/clock', async context => {
    control.advance(parsed(clockBody, await bodyOf(context)).advanceMs)
    return context.body(null, 204)
  })
  routes.notFound(() => errorResponse(notFound()))
  routes.onError(error => errorResponse(error instanceof Refusal ? error : badRequest(error.message)))
  return routes
}
