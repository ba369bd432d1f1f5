import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import { countedCall, NOW, openSession, paths, portal, TOKEN } from './portal.ts'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

/** What `describe` throws when HubSpot answers so. */
async function thrown(status: number, body: object | string, headers: Record<string, string> = {}) {
  portal().get(paths.properties).query(true).reply(status, body, headers)
  const session = await openSession()
  const error: unknown = await session.describe('companies', countedCall()).catch((cause: unknown) => cause)
  return error
}

async function failure(status: number, body: object | string, headers: Record<string, string> = {}) {
  const error = await thrown(status, body, headers)
  expect(error).toBeInstanceOf(RequestFailed)
  return error instanceof RequestFailed ? error.failure : undefined
}

const rateLimit = (policyName: string) => ({
  status: 'error',
  message: 'You have reached your limit.',
  errorType: 'RATE_LIMIT',
  correlationId: 'corr-9',
  policyName,
})

test('401 ends the session, and the token is in no message', async () => {
  const error = await thrown(401, {
    status: 'error',
    message: `Authentication credentials ${TOKEN} not found`,
    category: 'INVALID_AUTHENTICATION',
  })
  expect(error).toBeInstanceOf(SessionFault)
  expect(error).toMatchObject({ fault: 'auth' })
  expect(String(error)).toContain('`token`')
  expect(String(error)).not.toContain(TOKEN)
})

test.each(['requiredScopes', 'requiredGranularScopes'])('a lacking scope is named (%s)', async key => {
  const error = await thrown(403, {
    status: 'error',
    message: "This app hasn't been granted all required scopes to make this call.",
    category: 'MISSING_SCOPES',
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { [key]: ['crm.schemas.companies.read'] },
      },
    ],
  })
  expect(error).toMatchObject({ fault: 'config' })
  expect(String(error)).toContain('crm.schemas.companies.read')
})

test('the daily limit ends the session', async () => {
  expect(await thrown(429, rateLimit('DAILY'))).toMatchObject({ fault: 'quota' })
})

test.each([
  ['TEN_SECONDLY_ROLLING', {}, 10_000],
  ['SECONDLY', {}, 1_000],
  ['TEN_SECONDLY_ROLLING', { 'retry-after': '3' }, 3_000],
  ['SECONDLY', { 'retry-after': new Date(NOW.getTime() + 7_000).toUTCString() }, 7_000],
])('a short limit (%s) throttles', async (policy, headers, retryAfterMs) => {
  expect(await failure(429, rateLimit(policy), headers)).toMatchObject({
    kind: 'throttled',
    retryAfterMs,
    trace: 'corr-9',
  })
})

test('423 waits two seconds, 477 as long as HubSpot says', async () => {
  expect(await failure(423, { status: 'error', message: 'locked' })).toMatchObject({
    kind: 'throttled',
    retryAfterMs: 2_000,
  })
  expect(
    await failure(477, { status: 'error', message: 'migrating' }, { 'retry-after': '60' }),
  ).toMatchObject({
    kind: 'throttled',
    retryAfterMs: 60_000,
  })
})

test.each([500, 502, 503, 504, 521])('%i with a page of HTML is a passing fault of a read', async status => {
  expect(await failure(status, '<html>down</html>', { 'content-type': 'text/html' })).toMatchObject({
    kind: 'transient',
    code: `HTTP_${status}`,
  })
})

test('HTML in a success is a passing fault of a read', async () => {
  expect(await failure(200, '<html>hello</html>', { 'content-type': 'text/html' })).toMatchObject({
    kind: 'transient',
  })
})

test('a redirect is not followed: base_url is wrong', async () => {
  expect(await thrown(302, '', { location: 'https://elsewhere.test/' })).toMatchObject({ fault: 'config' })
})

test('an answer that HubSpot never gives is a bug', async () => {
  expect(await thrown(200, { results: 'many' })).toMatchObject({ fault: 'bug' })
})

test('limits start from the smallest plan and follow the headers; a search, which has none, changes nothing', async () => {
  const session = await openSession()
  expect(session.limits).toEqual({
    maxBatch: 100,
    maxConcurrent: expect.any(Number),
    perInterval: { calls: 100, ms: 10_000 },
    lanes: { search: { calls: 5, ms: 1_000 } },
  })
  portal().get(paths.properties).query(true).reply(
    200,
    { results: [] },
    {
      'X-HubSpot-RateLimit-Max': '190',
      'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
      'X-HubSpot-RateLimit-Daily': '625000',
      'X-HubSpot-RateLimit-Daily-Remaining': '624123',
    },
  )
  await session.describe('companies', countedCall())
  const told = { perInterval: { calls: 190, ms: 10_000 }, dailyLeft: 624_123 }
  expect(session.limits).toMatchObject(told)
  portal().post(paths.search).reply(200, { total: 0, results: [] })
  await session.estimate({ object: 'companies', all: true }, countedCall())
  expect(session.limits).toMatchObject(told)
})

test('a refused answer tells the limits too', async () => {
  portal()
    .get(paths.properties)
    .query(true)
    .reply(429, rateLimit('TEN_SECONDLY_ROLLING'), { 'X-HubSpot-RateLimit-Daily-Remaining': '12' })
  const session = await openSession()
  await expect(session.describe('companies', countedCall())).rejects.toBeInstanceOf(RequestFailed)
  expect(session.limits.dailyLeft).toBe(12)
})
