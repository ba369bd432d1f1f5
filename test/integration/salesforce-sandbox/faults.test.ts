import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Asking, ask, DATA, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start({ dailyCalls: 10 })
  asking.sandbox.control.resetCounters()
})
afterEach(() => asking.sandbox.close())

const create = () => ask(asking, 'POST', `${DATA}/sobjects/Account`, { body: { Name: 'A' } })
const accounts = () => asking.sandbox.control.records('Account').length

test('an answer lost after the commit leaves the record, one before does not', async () => {
  const { control } = asking.sandbox
  control.fault({ trouble: { kind: 'reset', at: 'before_commit' } })
  await expect(create()).rejects.toThrow('fetch failed')
  expect(accounts()).toBe(0)
  control.fault({ trouble: { kind: 'reset', at: 'after_commit' } })
  await expect(create()).rejects.toThrow('fetch failed')
  expect(accounts()).toBe(1)
  expect(control.counters()).toMatchObject({ write: 2, byStatus: { none: 2 }, records: { created: 1 } })
})

test.each([
  ['html_502', 502],
  ['html_503', 503],
] as const)('%s is a page and no JSON', async (kind, status) => {
  asking.sandbox.control.fault({ trouble: { kind, at: 'after_commit' }, kind: 'write' })
  const answer = await create()
  expect(answer.status).toBe(status)
  expect(answer.text).toContain('<html>')
  expect(accounts()).toBe(1)
})

test('the daily limit is told by each answer, then refuses, then is free a day later', async () => {
  const { connection, sandbox } = asking
  const { headers } = await create()
  expect(headers.get('sforce-limit-info')).toBe('api-usage=1/10')
  await connection.query('SELECT Id FROM Account')
  expect(connection.limitInfo.apiUsage).toEqual({ used: 2, limit: 10 })
  sandbox.control.useCalls(8)
  expect(await create()).toMatchObject({ status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }] })
  sandbox.control.advance(86_400_000)
  await connection.authorize({ grant_type: 'client_credentials' })
  expect((await create()).status).toBe(201)
})

test('more than 25 calls that take longer than 20 s at once are refused', async () => {
  const busy = await start()
  const left = new AbortController()
  try {
    const { control } = busy.sandbox
    control.fault({ trouble: { kind: 'slow', delayMs: 60_000 }, times: 25, path: 'limits' })
    control.resetCounters()
    const slow = Array.from({ length: 25 }, () =>
      fetch(`${busy.sandbox.url}${DATA}/limits`, { signal: left.signal }).catch(error => error.name),
    )
    await expect.poll(() => control.counters().total).toBe(25)
    expect((await ask(busy, 'GET', `${DATA}/sobjects`)).status).toBe(200)
    control.advance(20_000)
    expect(await ask(busy, 'GET', `${DATA}/sobjects`)).toMatchObject({
      status: 403,
      body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: expect.stringContaining('Concurrent') }],
    })
    left.abort()
    expect(new Set(await Promise.all(slow))).toEqual(new Set(['AbortError']))
    await expect.poll(async () => (await ask(busy, 'GET', `${DATA}/sobjects`)).status).toBe(200)
  } finally {
    left.abort()
    await busy.sandbox.close()
  }
})

test('a refused call tells the usage too', async () => {
  const { status, headers } = await ask(asking, 'GET', `${DATA}/sobjects/Nothing/describe`)
  expect({ status, usage: headers.get('sforce-limit-info') }).toEqual({
    status: 404,
    usage: 'api-usage=1/10',
  })
})

test('another process reaches the same switches over HTTP', async () => {
  const control = `${asking.sandbox.url}/__sandbox`
  const post = (path: string, body: unknown) =>
    fetch(control + path, { method: 'POST', body: JSON.stringify(body) })
  const made = await post('/records/Account', { records: [{ Name: 'A', Website: 'a.com' }] })
  expect(made.status).toBe(201)
  const ids = Object(await made.json()).ids
  expect((await post('/faults', { trouble: { kind: 'unavailable' } })).status).toBe(204)
  expect((await create()).status).toBe(503)
  expect((await post('/poison', { field: 'Name', value: 'A' })).status).toBe(204)
  expect(await create()).toMatchObject({
    status: 400,
    body: [{ errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }],
  })
  expect((await post('/faults', { trouble: { kind: 'nonsense' } })).status).toBe(400)
  expect((await post('/tokens/expire', {})).status).toBe(204)
  expect((await create()).status).toBe(401)
  const read = await fetch(`${control}/records/Account/${ids[0]}`)
  expect(await read.json()).toMatchObject({ id: ids[0], fields: { Website: 'a.com' }, deleted: false })
  expect(await (await fetch(`${control}/counters`)).json()).toMatchObject({
    write: 3,
    byStatus: { 503: 1, 400: 1, 401: 1 },
  })
})
