import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RunReport } from '../../src/run/sync/report.ts'
import type { Status } from '../../src/serve/status.ts'
import { newPlace, type Place, TOKEN } from './place.ts'

const CONSOLE_TOKEN = 'console-token-never-to-be-seen'
const PING_PATH = 'ping-uuid-never-to-be-seen'

/** Waits for something in another process. */
const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 20 })

/** Somebody who is called, and answers with this. */
async function called(status: number) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { asked, url: `http://127.0.0.1:${port}/${PING_PATH}` }
}

async function placeThatServes(ping: string, more = ''): Promise<Place> {
  const place = await newPlace()
  await place.json('setup', 'hubspot')
  // Once a year: what runs is missed or asked for.
  const settings = `
schedule: { cron: "0 0 1 1 *", jitter: 0s }
serve: { port: 0, token: "${CONSOLE_TOKEN}", ping: "${ping}" }
log: { level: trace }
${more}`
  await place.write('config/oql.yaml', (await place.read('config/oql.yaml')) + settings)
  return place
}

/** A service, and what it logged so far. */
async function serving(place: Place) {
  const { child, ended } = place.start('serve')
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', text => {
    log += text
  })
  const port = await eventually(() => {
    const found = /"port":(\d+),"msg":"serving"/.exec(log)?.[1]
    if (found === undefined) throw new Error(`it does not serve:\n${log}`)
    return found
  })
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${CONSOLE_TOKEN}` },
    })
  const status = async (): Promise<Status> => JSON.parse(await (await ask('/api/status')).text())
  return { child, ended, log: () => log, ask, status }
}

test('a run that is asked for runs and is told; no secret shows in any line or answer', async () => {
  const ping = await called(500)
  const place = await placeThatServes(ping.url)
  const service = await serving(place)
  await eventually(async () => expect(await service.status()).toMatchObject({ lastRun: { status: 'ok' } }))
  await eventually(() => expect(ping.asked).toHaveLength(1))
  expect((await service.ask('/api/runs', { method: 'POST' })).status).toBe(202)
  await eventually(() => expect(ping.asked).toHaveLength(2))
  place.sandbox.control.fault({ trouble: { kind: 'rate_limit', policy: 'DAILY' }, every: 1 })
  await service.ask('/api/runs', { method: 'POST' })
  await eventually(async () =>
    expect(await service.status()).toMatchObject({ underWay: null, lastRun: { status: 'failed' } }),
  )
  const answers = await Promise.all(
    ['/api/status', '/metrics', '/readyz', '/healthz', '/nothing'].map(async path =>
      (await service.ask(path)).text(),
    ),
  )
  service.child.kill('SIGTERM')
  const { code } = await service.ended
  expect(code).toBe(0)
  expect(service.log()).toContain('"answer":500')
  const lines = service.log().trimEnd().split('\n')
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  const shown = service.log() + answers.join('\n')
  for (const secret of [TOKEN, CONSOLE_TOKEN, PING_PATH]) expect(shown).not.toContain(secret)
  const ofRuns = lines.filter(line => line.includes('"msg":"run begins"'))
  expect(ofRuns).toHaveLength(3)
  for (const line of ofRuns) expect(JSON.parse(line)).toHaveProperty('runId')
})

test('what a kill broke off is made up at the next start, once', async () => {
  const ping = await called(200)
  const place = await placeThatServes(ping.url)
  const { control } = place.sandbox
  control.fault({ trouble: { kind: 'slow', delayMs: 60_000 }, every: 1 })
  const killed = await serving(place)
  await eventually(async () =>
    expect(await killed.status()).toMatchObject({ lastRun: { status: 'running' } }),
  )
  killed.child.kill('SIGKILL')
  await killed.ended
  control.clearFaults()
  const next = await serving(place)
  await eventually(() => expect(ping.asked).toHaveLength(1))
  next.child.kill('SIGTERM')
  await next.ended
  const again = await serving(place)
  await eventually(async () => expect(await again.status()).toMatchObject({ underWay: null }))
  again.child.kill('SIGTERM')
  await again.ended
  const { runs } = await place.json<{ runs: Pick<RunReport, 'status'>[] }>('runs')
  expect(runs.map(({ status }) => status)).toEqual(['ok', 'failed'])
})

test('a sync warns of a ping that was not taken, with the run that it belongs to', async () => {
  const place = await placeThatServes((await called(500)).url)
  const { stdout, stderr } = await place.oql('sync', '--json')
  const { runId }: RunReport = JSON.parse(stdout)
  expect(stderr).toContain(`"runId":"${runId}","answer":500,"msg":"serve.ping was not taken"`)
})
