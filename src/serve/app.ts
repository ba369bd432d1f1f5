import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Logger } from 'pino'
import { onlyFromHere } from './let-in.ts'

/** No request needs a body. */
const MAX_BODY_BYTES = 1_024

/** What the service answers, without the network: `@hono/node-server` puts it there. */
export interface Doors {
  token: string | null
  log: Logger
  /** Null: ready for work; else why not. */
  unready(): Promise<string | null>
  metrics(): Promise<{ contentType: string; text: string }>
  /** A `Status` without secrets. */
  status(): Promise<unknown>
  /** Begins a run; null where one is under way, here or elsewhere. */
  runNow(): Promise<{ runId: string } | null>
  pause(isPaused: boolean): void
}

const NO_STORE = { 'Cache-Control': 'no-store' }

/**
 * `/healthz` and `/readyz` are open, since probes have no token and learn nothing else; all others want
 * `Authorization: Bearer …` where a token is set. Answers are JSON, and no error's own words.
 */
export function createApp(doors: Doors): Hono {
  const { token, log } = doors
  const app = new Hono()
  app.use(methodNotAllowed({ app, onMethodNotAllowed: notAllowed }))
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: c => c.json({ error: 'no body is needed' }, 413) }))
  app.notFound(c => c.json({ error: 'not found' }, 404))
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    log.error({ err: error, path: c.req.path }, 'a request could not be answered')
    return c.json({ error: 'the log tells why' }, 500)
  })

  app.get('/healthz', c => c.json({ status: 'ok' }, 200, NO_STORE))
  app.get('/readyz', async c => {
    const reason = await doors.unready()
    return reason === null
      ? c.json({ status: 'ready' }, 200, NO_STORE)
      : c.json({ status: 'not ready', reason }, 503, NO_STORE)
  })

  const letIn = token === null ? onlyFromHere : bearerAuth({ token, ...REFUSALS })
  app.use('/metrics', letIn)
  app.use('/api/*', letIn)
  app.get('/metrics', async c => {
    const { contentType, text } = await doors.metrics()
    return c.body(text, 200, { 'Content-Type': contentType, ...NO_STORE })
  })
  addApi(app, doors)
  return app
}

const PAUSE_LASTS = 'until it is resumed or this process ends; other replicas go on'

function addApi(app: Hono, { status, runNow, pause }: Doors): void {
  app.get('/api/status', async c =>
    c.body(JSON.stringify(await status()), 200, { 'Content-Type': 'application/json', ...NO_STORE }),
  )
  app.post('/api/runs', async c => {
    const begun = await runNow()
    return begun === null
      ? c.json({ error: 'a run is under way, or the service is stopping' }, 409)
      : c.json(begun, 202)
  })
  app.post('/api/pause', c => {
    pause(true)
    return c.json({ paused: true, lasts: PAUSE_LASTS })
  })
  app.post('/api/resume', c => {
    pause(false)
    return c.json({ paused: false })
  })
}

const REFUSALS = {
  realm: 'oql',
  noAuthenticationHeader: { message: { error: 'Authorization: Bearer … is missing' } },
  invalidAuthenticationHeader: { message: { error: 'Authorization must be: Bearer …' } },
  invalidToken: { message: { error: 'the token is not serve.token' } },
}

type NotAllowed = NonNullable<Parameters<typeof methodNotAllowed>[0]['onMethodNotAllowed']>
const notAllowed: NotAllowed = (c, methods) =>
  c.json({ error: 'this method is not known here' }, 405, { Allow: methods.join(', ') })
