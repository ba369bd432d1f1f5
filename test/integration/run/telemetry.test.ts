import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { json, text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const TRACED = path.join(import.meta.dirname, 'traced.ts')

/** What is looked at of an export request (OTLP/HTTP with JSON). */
const SPANS = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: z.unknown() })) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              status: z.object({ code: z.number(), message: z.string().optional() }),
              attributes: z.array(z.object({ key: z.string(), value: z.unknown() })),
            }),
          ),
        }),
      ),
    }),
  ),
})

async function collector() {
  const exports: { path: string | undefined; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    exports.push({ path: request.url, body: await json(request) })
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { exports, url: `http://127.0.0.1:${port}` }
}

async function traced(env: Record<string, string>) {
  const child = spawn(process.execPath, [TRACED], { env: { PATH: process.env.PATH, ...env } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { stdout, stderr, code }
}

test('a run and its parts are spans of one trace, and none tells whom or why', async () => {
  const { exports, url } = await collector()
  const { code, stdout, stderr } = await traced({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(exports.map(one => one.path)).toEqual(['/v1/traces'])
  const { resourceSpans } = SPANS.parse(exports[0]?.body)
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans))
  const run = spans.find(({ name }) => name === 'oql.run')
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['oql.connector', 'oql.run', 'oql.score'])
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  for (const span of spans) if (span !== run) expect(span.parentSpanId).toBe(run?.spanId)
  const failed = spans.find(({ name }) => name === 'oql.connector')
  expect(failed?.status).toEqual({ code: 2 })
  expect(failed?.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'TypeError' } })
  const shown = JSON.stringify(exports)
  expect(shown).toContain('"oql-sync"')
  for (const secret of ['acme.com', 'hunter2', TRACED]) expect(shown).not.toContain(secret)
})

test.each([
  ['nothing is set', {}],
  ['it is switched off', { OTEL_SDK_DISABLED: 'true' }],
  ['no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none' }],
])('nothing is sent where %s', async (_case, more) => {
  const { exports, url } = await collector()
  const where: Record<string, string> =
    Object.keys(more).length === 0 ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: url }
  const { code, stderr } = await traced({ ...where, ...more })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(exports).toEqual([])
})

test('a collector that is down is a warning, and holds up nothing', async () => {
  const { code, stdout, stderr } = await traced({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toContain('OpenTelemetry')
})
