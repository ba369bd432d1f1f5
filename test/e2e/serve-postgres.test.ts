import { expect, test, vi } from 'vitest'
import type { StatePlace } from '../../src/state/database/location.ts'
import { acquireLease } from '../../src/state/lease/lease.ts'
import { freezingProxy } from '../postgres/freezing-proxy.ts'
import { newSchema } from '../postgres/new-schema.ts'
import { newPlace, type Place } from './place.ts'

const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 90_000, interval: 100 })

/** A place whose state is in PostgreSQL, and which runs only when it is asked to. */
async function placeWith(state: StatePlace, serve: string): Promise<Place> {
  const place = await newPlace()
  const config = await place.read('config/oql.yaml')
  const settings = `state: ${JSON.stringify(state)}
schedule: { cron: "0 0 1 1 *", jitter: 0s }
serve: { port: 0${serve} }`
  await place.write('config/oql.yaml', config.replace(/^state: .*$/m, settings))
  await place.json('setup', 'hubspot')
  return place
}

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
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method })
  return { child, ended, log: () => log, ask }
}

test('a database that goes silent in the middle of a run ends the run, readiness tells, and once it is back runs go on', async () => {
  const state = await newSchema()
  const proxy = await freezingProxy(state.url)
  const place = await placeWith({ ...state, url: proxy.url }, '')
  const service = await serving(place)
  // The run at the start, for the year's that was missed.
  await eventually(() => expect(service.log()).toContain('"msg":"run ended"'))
  place.sandbox.control.fault({ trouble: { kind: 'slow', delayMs: 1_000 }, every: 1 })
  expect((await service.ask('/api/runs', 'POST')).status).toBe(202)
  proxy.freeze()
  await eventually(async () => expect((await service.ask('/readyz')).status).toBe(503))
  await eventually(() => expect(service.log()).toMatch(/lost the lease|does not answer any more/))
  proxy.thaw()
  place.sandbox.control.clearFaults()
  await eventually(async () => expect((await service.ask('/readyz')).status).toBe(200))
  await eventually(async () => expect((await service.ask('/api/runs', 'POST')).status).toBe(202))
  await eventually(() => expect(service.log().match(/"msg":"run ended"/g)).toHaveLength(2))
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})

test('a run that is broken off by stop_within gives its lease back', async () => {
  const state = await newSchema()
  const place = await placeWith(state, ', stop_within: 1s')
  // A batch that is under way is finished, however long it takes.
  const writes: string[] = []
  const when = ({ path }: { path: string }) => writes.push(path) > 0
  place.sandbox.control.fault({
    trouble: { kind: 'slow', at: 'before_commit', delayMs: 60_000 },
    kind: 'write',
    every: 1,
    when,
  })
  const service = await serving(place)
  await eventually(() => expect(writes).not.toEqual([]))
  service.child.kill('SIGTERM')
  const { code } = await service.ended
  expect([code, service.log()]).toEqual([1, expect.stringContaining('did not end in time and is broken off')])
  const lease = await acquireLease(state, new Date())
  expect(lease.status).toBe('acquired')
  if (lease.status === 'acquired') await lease.release()
})
