import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Fault } from '../../../connectors/hubspot/sandbox/index.ts'
import { type Asking, startSandbox } from './asking.ts'

const COMPANIES = '/crm/objects/2026-09/companies'
const create = ({ ask }: Asking) => ask('POST', COMPANIES, { properties: { name: 'Acme' } })

describe('a fault', () => {
  test.each([
    ['before_commit', 0],
    ['after_commit', 1],
  ] as const)('resets the connection %s', async (at, made) => {
    const sandbox = await startSandbox()
    sandbox.control.fault({ trouble: { kind: 'reset', at } })
    await expect(create(sandbox)).rejects.toThrow('fetch failed')
    expect(sandbox.control.records('companies')).toHaveLength(made)
    expect(sandbox.control.counters().byStatus).toEqual({ none: 1 })
    expect((await create(sandbox)).status).toBe(201)
  })

  test.each([
    ['before_commit', 0],
    ['after_commit', 1],
  ] as const)('answers HTML %s', async (at, made) => {
    const sandbox = await startSandbox()
    sandbox.control.fault({ trouble: { kind: 'html_502', at } })
    const answer = await create(sandbox)
    expect(answer).toMatchObject({ status: 502, text: expect.stringContaining('<html>') })
    expect(sandbox.control.records('companies')).toHaveLength(made)
  })

  test.each([
    [{ kind: 'unavailable' }, 503, {}],
    [{ kind: 'locked' }, 423, {}],
    [{ kind: 'rate_limit', policy: 'DAILY' }, 429, { errorType: 'RATE_LIMIT', policyName: 'DAILY' }],
    [{ kind: 'rate_limit', policy: 'SECONDLY' }, 429, { policyName: 'SECONDLY' }],
  ] satisfies [Fault['trouble'], number, object][])('answers %o', async (trouble, status, body) => {
    const sandbox = await startSandbox()
    sandbox.control.fault({ trouble })
    expect(await create(sandbox)).toMatchObject({
      status,
      body: { ...body, correlationId: expect.any(String) },
    })
    expect(sandbox.control.records('companies')).toEqual([])
  })

  test('answers 477 with the seconds to wait', async () => {
    const sandbox = await startSandbox()
    sandbox.control.fault({ trouble: { kind: 'retry_later', retryAfterSeconds: 7 } })
    const answer = await create(sandbox)
    expect(answer.status).toBe(477)
    expect(answer.headers.get('retry-after')).toBe('7')
  })

  test('sends an answer byte by byte', async () => {
    const sandbox = await startSandbox()
    sandbox.control.fault({ trouble: { kind: 'slow', byteDelayMs: 0.01 } })
    const answer = await create(sandbox)
    expect(answer).toMatchObject({ status: 201, body: { properties: { name: 'Acme' } } })
  })

  test.each([
    ['before_commit', 0],
    ['after_commit', 1],
  ] as const)('makes a client that gives up leave %s', async (at, made) => {
    const { url, token, control } = await startSandbox()
    control.fault({ trouble: { kind: 'slow', at, delayMs: 60_000 } })
    const left = fetch(url + COMPANIES, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { name: 'Acme' } }),
      signal: AbortSignal.timeout(200),
    })
    await expect(left).rejects.toThrow('timeout')
    expect(control.records('companies')).toHaveLength(made)
  })

  test('strikes so many requests that fit, and no others', async () => {
    const { ask, control } = await startSandbox()
    control.fault({ trouble: { kind: 'unavailable' }, method: 'get', path: '/owners/2026-09$', times: 2 })
    const owners = async () => (await ask('GET', '/crm/owners/2026-09')).status
    expect((await ask('GET', COMPANIES)).status).toBe(200)
    expect([await owners(), await owners(), await owners()]).toEqual([503, 503, 200])
  })

  test('strikes every second request until it is ended', async () => {
    const { ask, control } = await startSandbox()
    control.fault({
      trouble: { kind: 'unavailable' },
      kind: 'read',
      every: 2,
      when: ({ path }) => path === COMPANIES,
    })
    const asked = async () => (await ask('GET', COMPANIES)).status
    expect([await asked(), await asked(), await asked(), await asked()]).toEqual([200, 503, 200, 503])
    await asked()
    control.clearFaults()
    expect(await asked()).toBe(200)
  })

  test('poisons one record and spares the rest of its batch', async () => {
    const { batch, control } = await startSandbox()
    control.poison(({ properties }) => properties.name === 'Bad')
    const inputs = ['Good', 'Bad', 'Fine'].map(name => ({ properties: { name }, objectWriteTraceId: name }))
    const answer = await batch('create', inputs)
    expect(answer.status).toBe(201)
    expect(answer.body.errors).toMatchObject([{ context: { objectWriteTraceId: ['Bad'] } }])
    expect(control.records('companies').map(one => one.properties.name)).toEqual(['Good', 'Fine'])
  })
})

const shape = z.looseObject({
  id: z.string().default(''),
  ids: z.array(z.string()).default([]),
  results: z.array(z.looseObject({})).default([]),
  mergedIds: z.array(z.string()).default([]),
})

describe('another process', () => {
  test('sets faults, moves the clock, and reads what came of it', async () => {
    const { ask, url } = await startSandbox()
    const control = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${url}/__sandbox${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return {
        status: response.status,
        body: shape.parse(response.status === 204 ? {} : await response.json()),
      }
    }
    expect(await control('POST', '/faults', { trouble: { kind: 'nonsense' } })).toMatchObject({ status: 400 })
    await control('POST', '/faults', { trouble: { kind: 'unavailable' }, kind: 'write' })
    await control('POST', '/poison', { property: 'name', value: 'Bad' })
    const made = await control('POST', '/records/companies', { records: [{ name: 'A', domain: 'a.com' }] })
    const id = made.body.ids[0]
    const update = (name: string) => ask('PATCH', `${COMPANIES}/${id}`, { properties: { name } })
    expect((await update('New')).status).toBe(503)
    expect((await update('Bad')).status).toBe(400)
    await control('POST', '/clock', { advanceMs: 60_000 })
    expect((await update('New')).body.properties.hs_lastmodifieddate).toBe('2026-11-24T12:01:00.000Z')
    await control('PATCH', `/records/companies/${id}`, { name: 'Theirs' })
    expect(await control('GET', `/records/companies/${id}`)).toMatchObject({
      body: { properties: { name: 'Theirs' } },
    })
    const history = await control('GET', `/records/companies/${id}/history/name`)
    expect(history.body.results).toMatchObject([{ sourceType: 'CRM_UI' }, { sourceType: 'INTEGRATION' }, {}])
    expect(await control('GET', '/counters')).toMatchObject({ body: { total: 3, write: 3 } })
    await control('DELETE', '/counters')
    expect(await control('GET', '/counters')).toMatchObject({ body: { total: 0 } })
    const other = await control('POST', '/records/companies', { records: [{ name: 'B' }] })
    const merged = await control('POST', '/merge/companies', { primaryId: id, otherId: other.body.ids[0] })
    expect(merged.body.mergedIds).toEqual([id, other.body.ids[0]])
    await control('DELETE', `/records/companies/${merged.body.id}`)
    expect(await control('GET', '/records/companies')).toMatchObject({ body: { results: [] } })
    expect(await control('GET', '/records/companies?archived=true')).toMatchObject({
      body: { results: [{ archived: true }] },
    })
  })
})
