import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { errorResponse } from '../rest/error-response.ts'
import { notFound, Refusal, refusal } from '../rest/refusal.ts'
import type { Control } from './control.ts'
import { faultSchema } from './faults.ts'

/** Where another process finds `Control`. Salesforce has no such path, so nothing of it is shadowed. */
export const CONTROL_PATH = '/__sandbox'

const fields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const rowError = z.strictObject({
  statusCode: z.string(),
  message: z.string(),
  fields: z.array(z.string()).default([]),
})
const poisonBody = z.strictObject({
  object: z.string().default('Account'),
  field: z.string(),
  value: z.string(),
  error: rowError.optional(),
})
const mergeBody = z.strictObject({ primaryId: z.string(), otherId: z.string() })
const convertBody = z.strictObject({ id: z.string(), accountId: z.string().optional() })
const lockBody = z.strictObject({ id: z.string(), times: z.int().min(1).default(1) })
const accessBody = z.strictObject({
  object: z.string(),
  field: z.string(),
  access: z.strictObject({ read: z.boolean(), edit: z.boolean() }).nullable(),
})
const ruleBody = z.strictObject({
  object: z.string(),
  fields: z.array(z.string()).min(1),
  action: z.enum(['alert', 'block']),
})
const recordsBody = z.strictObject({ records: z.array(fields) })

/** `Control` over HTTP, for a test that kills the process which talks to the sandbox. No token: it is local. */
export function controlRoutes(control: Control): Hono {
  const routes = new Hono().basePath(CONTROL_PATH)
  routes.get('/counters', context => context.json(control.counters()))
  routes.delete('/counters', context => {
    control.resetCounters()
    return done(context)
  })
  routes.get('/events', context => context.json({ results: control.events(context.req.query('object')) }))
  addRecordRoutes(routes, control)
  const post = <T>(path: string, schema: z.ZodType<T>, act: (body: T) => void) => {
    routes.post(path, async context => {
      act(await parsed(schema, context))
      return done(context)
    })
  }
  post('/faults', faultSchema, control.fault)
  post('/locks', lockBody, ({ id, times }) => control.lock(id, times))
  post('/duplicate-rules', ruleBody, control.duplicateRule)
  post('/stop-job', z.strictObject({ afterRows: z.int().min(0) }), ({ afterRows }) =>
    control.stopJob(afterRows),
  )
  post('/field-access', accessBody, ({ object, field, access }) => control.fieldAccess(object, field, access))
  post('/tokens/expire', z.unknown(), control.expireTokens)
  post('/calls', z.strictObject({ used: z.int().min(1) }), ({ used }) => control.useCalls(used))
  post('/clock', z.strictObject({ advanceMs: z.number().min(0) }), ({ advanceMs }) =>
    control.advance(advanceMs),
  )
  post('/poison', poisonBody, wanted => {
    control.poison(input => {
      if (input.object !== wanted.object || input.fields[wanted.field] !== wanted.value) return false
      return wanted.error ?? true
    })
  })
  routes.delete('/faults', context => {
    control.clearFaults()
    return done(context)
  })
  routes.notFound(() => errorResponse(notFound()))
  routes.onError(error =>
    errorResponse(error instanceof Refusal ? error : refusal(400, 'INVALID_INPUT', error.message)),
  )
  return routes
}

function addRecordRoutes(routes: Hono, control: Control): void {
  routes.get('/records/:object', context => {
    const deleted = context.req.query('deleted') === 'true'
    return context.json({ results: control.records(context.req.param('object'), { deleted }) })
  })
  routes.get('/records/:object/:id', context => {
    const record = control.record(context.req.param('object'), context.req.param('id'))
    if (record === undefined) throw notFound()
    return context.json(record)
  })
  routes.post('/records/:object', async context => {
    const { records } = await parsed(recordsBody, context)
    const results = control.insertMany(context.req.param('object'), records)
    return context.json({ ids: results.map(({ id }) => id) }, 201)
  })
  routes.patch('/records/:object/:id', async context => {
    const { object, id } = context.req.param()
    return context.json(control.update(object, id, await parsed(fields, context)))
  })
  routes.delete('/records/:object/:id', context => {
    const { object, id } = context.req.param()
    control.delete(object, id)
    return done(context)
  })
  routes.post('/merge/:object', async context => {
    const { primaryId, otherId } = await parsed(mergeBody, context)
    return context.json(control.merge(context.req.param('object'), primaryId, otherId))
  })
  routes.post('/convert-lead', async context => {
    const { id, accountId } = await parsed(convertBody, context)
    return context.json({ accountId: control.convertLead(id, accountId) })
  })
}

function done(context: Context): Response {
  return context.body(null, 204)
}

async function parsed<T>(schema: z.ZodType<T>, context: Context): Promise<T> {
  const text = await context.req.text()
  const read = schema.safeParse(text === '' ? {} : JSON.parse(text))
  if (!read.success) throw refusal(400, 'INVALID_INPUT', z.prettifyError(read.error))
  return read.data
}
