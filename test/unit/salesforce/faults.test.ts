import nock from 'nock'
import { expect, test } from 'vitest'
import type { Failure } from '../../../src/contract/index.ts'
import { RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import { onlyRecorded } from './nock-only.ts'
import { countedCall, DATA, error, INSTANCE, id, openSession, org, readAll, TOKEN, withToken } from './org.ts'

onlyRecorded()

const ALL = { object: 'Account', all: true } as const
const change = { key: 'a.com', object: 'Account', remoteId: id('001', 1), fields: { OQL_Score__c: 1 } }

const netError = (code: string): Error => Object.assign(new Error(`socket: ${code}`), { code })

async function readFault(
  status: number,
  body: nock.Body,
  headers: Record<string, string> = {},
): Promise<unknown> {
  withToken()
  org().get(`${DATA}/query`).query(true).reply(status, body, headers)
  return readAll(await openSession(), ALL, []).catch((thrown: unknown) => thrown)
}

async function writeFailure(answer: (to: nock.Interceptor) => nock.Scope): Promise<Partial<Failure>> {
  withToken()
  answer(org().patch(`${DATA}/composite/sobjects`))
  const [result] = await (await openSession()).write([change], countedCall())
  return result?.status === 'failed' ? result.failure : {}
}

test('the calls of the day that are used up end the session', async () => {
  const fault = await readFault(403, error('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'))
  expect(fault).toBeInstanceOf(SessionFault)
  expect(fault).toMatchObject({ fault: 'quota', message: expect.stringContaining('TotalRequests') })
})

test('too many long calls at once have the same code, and pass', async () => {
  const message = 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'
  const fault = await readFault(403, error('REQUEST_LIMIT_EXCEEDED', message))
  expect(fault).toBeInstanceOf(RequestFailed)
  expect(fault).toMatchObject({ failure: { kind: 'throttled' } })
})

test.each([
  [503, error('SERVER_UNAVAILABLE'), 'transient'],
  [500, '<html>oops</html>', 'transient'],
  [200, '<html>maintenance</html>', 'transient'],
  [400, error('INVALID_FIELD', "No such column 'X'"), 'invalid'],
  [400, error('QUERY_TIMEOUT'), 'transient'],
  [404, error('NOT_FOUND'), 'gone'],
  [403, error('INSUFFICIENT_ACCESS'), 'forbidden'],
])('HTTP %i to a read: %j is %s', async (status, body, kind) => {
  expect(await readFault(status, body)).toMatchObject({ failure: { kind } })
})

test('an org without API and a redirect are faults of the config', async () => {
  expect(await readFault(403, error('API_DISABLED_FOR_ORG'))).toMatchObject({ fault: 'config' })
  expect(await readFault(302, '', { location: 'https://elsewhere.test' })).toMatchObject({ fault: 'config' })
})

test('an answer of another shape is a bug, and shows no token', async () => {
  const fault = await readFault(200, { rows: [TOKEN] }, { 'content-type': 'application/json' })
  expect(fault).toMatchObject({ fault: 'bug' })
  expect(String(fault)).not.toContain(TOKEN)
})

test.each([
  ['HTTP 500', (to: nock.Interceptor) => to.reply(500, error('UNKNOWN_EXCEPTION'))],
  ['HTTP 502 with a page', (to: nock.Interceptor) => to.reply(502, '<html>bad gateway</html>')],
  ['a success that is no JSON', (to: nock.Interceptor) => to.reply(200, '<html></html>')],
  ['fewer rows than records', (to: nock.Interceptor) => to.reply(200, [])],
  ['a lost connection', (to: nock.Interceptor) => to.replyWithError(netError('ECONNRESET'))],
])('%s after a write left: nobody knows what became of it', async (_name, answer) => {
  expect(await writeFailure(answer)).toMatchObject({ kind: 'unknown_outcome' })
})

test('a connection that was never made wrote nothing', async () => {
  const failure = await writeFailure(to => to.replyWithError(netError('ECONNREFUSED')))
  expect(failure).toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' })
})

test('a request is sent once: what jsforce would repeat is the core’s to repeat', async () => {
  withToken()
  let asked = 0
  nock(INSTANCE)
    .get(`${DATA}/query`)
    .query(true)
    .times(6)
    .reply(() => {
      asked++
      return [503, error('SERVER_UNAVAILABLE')]
    })
  await expect(readAll(await openSession(), ALL, [])).rejects.toThrow(RequestFailed)
  expect(asked).toBe(1)
  nock.cleanAll()
})

test('a stopped run sends nothing more', async () => {
  withToken()
  const session = await openSession()
  const stop = new AbortController()
  org().get(`${DATA}/query`).query(true).reply(200, { totalSize: 0, done: true, records: [] })
  await readAll(session, ALL, [])
  stop.abort()
  const call = countedCall({ signal: stop.signal })
  await expect(readAll(session, ALL, [], call)).rejects.toMatchObject({ failure: { kind: 'transient' } })
})

test('the calls that are left today are read from every answer', async () => {
  withToken()
  const answer = { totalSize: 0, done: true, records: [] }
  org().get(`${DATA}/query`).query(true).reply(200, answer, { 'Sforce-Limit-Info': 'api-usage=18/5000' })
  const perApp = 'api-usage=19/5000; per-app-api-usage=17/250(appName=oql)'
  org().get(`${DATA}/query`).query(true).reply(200, answer, { 'Sforce-Limit-Info': perApp })
  const session = await openSession()
  expect(session.limits).toEqual({ maxBatch: 200, maxConcurrent: 4 })
  await readAll(session, ALL, [])
  expect(session.limits).toMatchObject({ daily: 5_000, dailyLeft: 4_982 })
  await readAll(session, ALL, [])
  expect(session.limits).toMatchObject({ daily: 250, dailyLeft: 233 })
})
