import { createVerify, generateKeyPairSync } from 'node:crypto'
import nock from 'nock'
import { expect, test } from 'vitest'
import { RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import { onlyRecorded } from './nock-only.ts'
import {
  answersQuery,
  countedCall,
  DATA,
  error,
  id,
  LOGIN,
  NOW,
  openSession,
  org,
  readAll,
  SECRET,
  TOKEN,
  tokenAnswer,
  withToken,
} from './org.ts'

onlyRecorded()

const ALL = { object: 'Account', all: true } as const
const SECOND = '00Dxx!second.access.token'
const expired = error('INVALID_SESSION_ID', 'Session expired or invalid')

test('one token serves all requests, and is no call of the CRM', async () => {
  withToken()
  answersQuery('query', [])
  answersQuery('query', [])
  const session = await openSession()
  const call = countedCall()
  await readAll(session, ALL, [], call)
  await readAll(session, ALL, [], call)
  expect(call.sent).toEqual(['read', 'read'])
})

test('a token that runs out in the middle is renewed, and the request sent once more', async () => {
  withToken()
  org().get(`${DATA}/query`).query(true).reply(401, expired)
  withToken(SECOND)
  answersQuery('query', [], { token: SECOND })
  const call = countedCall()
  expect(await readAll(await openSession(), ALL, [], call)).toEqual([])
  expect(call.sent).toEqual(['read', 'read'])
})

test('requests whose token ran out together share one new token', async () => {
  withToken()
  org().get(`${DATA}/query`).query(true).times(3).reply(401, expired)
  withToken(SECOND)
  const session = await openSession()
  for (let n = 0; n < 3; n++) answersQuery('query', [], { token: SECOND })
  await Promise.all([1, 2, 3].map(() => readAll(session, ALL, [])))
})

test('a new token that is refused as well ends the session, and asks no third time', async () => {
  withToken()
  withToken(SECOND)
  org().get(`${DATA}/query`).query(true).reply(401, expired)
  org(SECOND).get(`${DATA}/query`).query(true).reply(401, expired)
  await expect(readAll(await openSession(), ALL, [])).rejects.toMatchObject({ fault: 'auth' })
})

test('a write whose token ran out is sent again: the first was not looked at', async () => {
  withToken()
  org().patch(`${DATA}/composite/sobjects`).reply(401, expired)
  withToken(SECOND)
  org(SECOND)
    .patch(`${DATA}/composite/sobjects`)
    .reply(200, [{ id: id('001', 1), success: true, errors: [] }])
  const session = await openSession()
  const change = { key: 'a.com', object: 'Account', remoteId: id('001', 1), fields: { OQL_Score__c: 1 } }
  expect(await session.write([change], countedCall())).toEqual([
    { key: 'a.com', status: 'written', remoteId: id('001', 1) },
  ])
})

test('a client that is not let in says what to look at, without its secret', async () => {
  nock(LOGIN)
    .post('/services/oauth2/token')
    .reply(400, { error: 'invalid_client', error_description: `invalid client credentials ${SECRET}` })
  const failure = await readAll(await openSession(), ALL, []).catch((thrown: unknown) => thrown)
  expect(failure).toBeInstanceOf(SessionFault)
  expect(failure).toMatchObject({ fault: 'auth', message: expect.stringContaining('auth.client_id') })
  expect(String(failure)).not.toContain(SECRET)
})

test('a login server that is down is asked again by the core: nothing was sent', async () => {
  nock(LOGIN).post('/services/oauth2/token').reply(503, '<html>maintenance</html>')
  withToken()
  answersQuery('query', [])
  const session = await openSession()
  const failure = await readAll(session, ALL, []).catch((thrown: unknown) => thrown)
  expect(failure).toBeInstanceOf(RequestFailed)
  expect(failure).toMatchObject({ failure: { kind: 'transient' } })
  expect(await readAll(session, ALL, [])).toEqual([])
})

test('the refresh token flow sends its token, and the next time the one that it was given', async () => {
  const sent: string[] = []
  const record = (body: Record<string, string>) => {
    sent.push(String(body.refresh_token))
    return body.grant_type === 'refresh_token' && body.client_secret === SECRET
  }
  nock(LOGIN)
    .post('/services/oauth2/token', record)
    .reply(200, { ...tokenAnswer(TOKEN), refresh_token: 'rotated-token' })
  org().get(`${DATA}/query`).query(true).reply(401, expired)
  nock(LOGIN).post('/services/oauth2/token', record).reply(200, tokenAnswer(SECOND))
  answersQuery('query', [], { token: SECOND })
  const auth = {
    type: 'refresh_token',
    client_id: 'app',
    client_secret: SECRET,
    refresh_token: 'first-token',
  }
  await readAll(await openSession({ auth }), ALL, [])
  expect(sent).toEqual(['first-token', 'rotated-token'])
})

test('the JWT flow signs who we are for the login server', async () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  let assertion = ''
  nock(LOGIN)
    .post('/services/oauth2/token', (body: Record<string, string>) => {
      assertion = String(body.assertion)
      return body.grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    })
    .reply(200, tokenAnswer(TOKEN))
  answersQuery('query', [])
  // As an environment variable spells it.
  const auth = {
    type: 'jwt',
    client_id: 'app',
    username: 'oql@acme.com',
    private_key: pem.replaceAll('\n', '\\n'),
  }
  await readAll(await openSession({ auth }), ALL, [])
  const [head = '', body = '', signature = ''] = assertion.split('.')
  const signed = createVerify('RSA-SHA256').update(`${head}.${body}`)
  expect(signed.verify(keys.publicKey, signature, 'base64url')).toBe(true)
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
    iss: 'app',
    sub: 'oql@acme.com',
    aud: LOGIN,
    exp: NOW.getTime() / 1000 + 180,
  })
})

test('a key that is none is a fault of the config, and is not shown', async () => {
  const auth = { type: 'jwt', client_id: 'app', username: 'u', private_key: 'no-key-at-all' }
  const failure = await readAll(await openSession({ auth }), ALL, []).catch((thrown: unknown) => thrown)
  expect(failure).toMatchObject({ fault: 'config', message: expect.stringContaining('private_key') })
  expect(String(failure)).not.toContain('no-key-at-all')
})
