import { describe, expect, test } from 'vitest'
import { startSandbox } from './asking.ts'

const COMPANIES = '/crm/objects/2026-09/companies'

describe('a token', () => {
  test('is asked for', async () => {
    const { ask, url, control } = await startSandbox()
    const without = await fetch(url + COMPANIES)
    expect(without.status).toBe(401)
    expect(await without.json()).toMatchObject({
      category: 'INVALID_AUTHENTICATION',
      correlationId: expect.any(String),
    })
    expect((await ask('GET', COMPANIES, undefined, { authorization: 'Bearer other' })).status).toBe(401)
    expect(control.counters()).toMatchObject({ total: 2, byStatus: { 401: 2 } })
  })

  test.each([
    ['crm.objects.companies.write', 'POST', COMPANIES],
    ['crm.objects.companies.write', 'POST', `${COMPANIES}/batch/upsert`],
    ['crm.objects.companies.read', 'POST', `${COMPANIES}/batch/read`],
    ['crm.objects.companies.read', 'POST', `${COMPANIES}/search`],
    ['crm.objects.companies.read', 'GET', COMPANIES],
    ['crm.schemas.companies.write', 'POST', '/crm/properties/2026-09/companies'],
    ['crm.objects.owners.read', 'GET', '/crm/owners/2026-09'],
    ['crm.objects.leads.read', 'GET', '/crm/pipelines/2026-09/leads'],
  ])('without %s may not %s %s', async (scope, method, path) => {
    const { ask } = await startSandbox({ scopes: [] })
    const answer = await ask(method, path, method === 'POST' ? {} : undefined)
    expect(answer).toMatchObject({ status: 403, body: { category: 'MISSING_SCOPES' } })
    expect(answer.body.errors[0]?.context?.requiredGranularScopes).toContain(scope)
  })

  test('of a private app tells its scopes, a service key does not', async () => {
    const path = '/oauth/v2/private-apps/get/access-token-info'
    const app = await startSandbox({ scopes: ['crm.objects.owners.read'] })
    const told = await app.ask('POST', path, { tokenKey: app.token })
    expect(told).toMatchObject({ status: 200, body: { scopes: ['crm.objects.owners.read'] } })
    const key = await startSandbox({ tokenKind: 'service_key' })
    expect((await key.ask('POST', path, { tokenKey: key.token })).status).toBe(400)
  })
})

describe('limits', () => {
  test.each([
    ['free', 100, 250_000],
    ['professional', 190, 625_000],
    ['enterprise', 190, 1_000_000],
  ] as const)('of the plan %s are told with each answer', async (plan, max, daily) => {
    const { ask } = await startSandbox({ plan })
    const { headers } = await ask('GET', COMPANIES)
    expect(headers.get('X-HubSpot-RateLimit-Max')).toBe(String(max))
    expect(headers.get('X-HubSpot-RateLimit-Remaining')).toBe(String(max - 1))
    expect(headers.get('X-HubSpot-RateLimit-Interval-Milliseconds')).toBe('10000')
    expect(headers.get('X-HubSpot-RateLimit-Daily')).toBe(String(daily))
    expect(headers.get('X-HubSpot-RateLimit-Daily-Remaining')).toBe(String(daily - 1))
  })

  test('roll over ten seconds, call by call', async () => {
    const { ask, control } = await startSandbox({ limits: { perTenSeconds: 2 } })
    await ask('GET', COMPANIES)
    control.advance(6_000)
    await ask('GET', COMPANIES)
    const refused = await ask('POST', COMPANIES, { properties: { name: 'A' } })
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errorType: 'RATE_LIMIT',
        policyName: 'TEN_SECONDLY_ROLLING',
        correlationId: expect.any(String),
      },
    })
    expect(control.records('companies')).toEqual([])
    control.advance(4_000)
    expect((await ask('GET', COMPANIES)).status).toBe(200)
    expect((await ask('GET', COMPANIES)).status).toBe(429)
  })

  test('of a day end at midnight', async () => {
    const { ask, search, control } = await startSandbox({ limits: { perDay: 2 } })
    await ask('GET', COMPANIES)
    await search({ filterGroups: [] })
    expect((await ask('GET', COMPANIES)).body.policyName).toBe('DAILY')
    expect((await search({ filterGroups: [] })).body.policyName).toBe('DAILY')
    control.advance(12 * 3_600_000)
    expect((await ask('GET', COMPANIES)).status).toBe(200)
  })

  test('are out of reach when there are none, and the headers say so', async () => {
    const { ask, search } = await startSandbox({ unlimited: true })
    for (let n = 0; n < 8; n++) expect((await search({ filterGroups: [] })).status).toBe(200)
    expect(Number((await ask('GET', COMPANIES)).headers.get('X-HubSpot-RateLimit-Max'))).toBeGreaterThan(
      10_000,
    )
  })
})

describe('what else an app asks', () => {
  test('who the account is, and who owns records', async () => {
    const { ask } = await startSandbox()
    expect((await ask('GET', '/account-info/2026-09/details')).body).toMatchObject({
      portalId: expect.any(Number),
    })
    const page = async (query: string) => (await ask('GET', `/crm/owners/2026-09${query}`)).body
    const ids = async (query: string) => (await page(query)).results.map(one => one.id)
    expect(await ids('')).toEqual(['12345', '67890'])
    expect(await ids('?archived=true')).toEqual(['11111'])
    const { after } = (await page('?limit=1')).paging?.next ?? {}
    expect(await ids(`?limit=1&after=${after}`)).toEqual(['67890'])
    // A cursor says nothing: a number in its place is none.
    expect((await ask('GET', '/crm/owners/2026-09?after=1')).status).toBe(400)
    expect((await ask('GET', '/crm/owners/2026-09/12345')).body).toMatchObject({ email: 'ada@example.com' })
  })

  test('counts calls by what they do, ids aside', async () => {
    const { ask, batch, search, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'A' })
    await ask('GET', `${COMPANIES}/${id}`)
    await batch('read', [{ id }])
    await batch('update', [{ id, properties: { city: 'Rome' } }])
    await search({ filterGroups: [] })
    expect(control.counters()).toMatchObject({
      total: 4,
      read: 3,
      write: 1,
      search: 1,
      byCall: { [`GET ${COMPANIES}/{id}`]: 1, [`POST ${COMPANIES}/batch/update`]: 1 },
      records: { created: 0, updated: 1, unchanged: 0 },
    })
    control.resetCounters()
    expect(control.counters().total).toBe(0)
  })

  test.each([
    ['GET', '/crm/v3/nothing', 404],
    ['GET', '/crm/objects/2026-09/companies/1/associations/leads', 404],
    ['GET', '/crm/objects/2026-09/spaceships', 400],
    ['GET', `${COMPANIES}/404404`, 404],
    ['GET', `${COMPANIES}/acme.com`, 400],
    ['GET', `${COMPANIES}?after=x`, 400],
    ['GET', `${COMPANIES}?after=9990`, 400],
    ['DELETE', `${COMPANIES}/404404`, 404],
  ])('%s %s is answered with %3$i and a correlation id', async (method, path, status) => {
    const { ask } = await startSandbox()
    expect(await ask(method, path)).toMatchObject({ status, body: { correlationId: expect.any(String) } })
  })
})
