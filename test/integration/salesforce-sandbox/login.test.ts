import { afterEach, expect, test } from 'vitest'
import {
  createSalesforceSandbox,
  type SalesforceSandbox,
} from '../../../connectors/salesforce/sandbox/index.ts'
import { ask, assertion, connectionTo, keyPair, login, start } from './asking.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const open: SalesforceSandbox[] = []
const keep = <T extends { sandbox: SalesforceSandbox }>(asking: T): T => {
  open.push(asking.sandbox)
  return asking
}
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close()
})

test('client credentials log in, and the identity is the integration user', async () => {
  const { connection } = keep(await start())
  const identity = await connection.identity()
  expect(identity.username).toBe('integration@sandbox.example')
  expect(identity.organization_id).toBe(connection.userInfo?.organizationId)
})

test('a wrong secret is refused', async () => {
  const sandbox = await createSalesforceSandbox()
  open.push(sandbox)
  const connection = connectionTo({
    ...sandbox,
    credentials: { ...sandbox.credentials, clientSecret: 'wrong' },
  })
  await expect(connection.authorize({ grant_type: 'client_credentials' })).rejects.toThrow(
    'invalid client credentials',
  )
})

test('a JWT assertion logs in as its subject, and only when signed, aimed and dated right', async () => {
  const { publicKey, privateKey } = keyPair()
  const sandbox = await createSalesforceSandbox({ publicKey })
  open.push(sandbox)
  const claims = {
    iss: sandbox.credentials.clientId,
    sub: 'ada@sandbox.example',
    aud: sandbox.url,
    exp: Math.floor(sandbox.control.now().getTime() / 1_000) + 120,
  }
  const ask = async (signed: string) => {
    const connection = connectionTo(sandbox)
    await connection.authorize({ grant_type: JWT_BEARER, assertion: signed })
    return (await connection.identity()).username
  }
  expect(await ask(assertion(privateKey, claims))).toBe('ada@sandbox.example')
  await expect(ask(assertion(keyPair().privateKey, claims))).rejects.toThrow('invalid assertion')
  await expect(ask(assertion(privateKey, { ...claims, aud: 'https://else.example' }))).rejects.toThrow(
    'audience is invalid',
  )
  await expect(ask(assertion(privateKey, { ...claims, exp: claims.exp - 600 }))).rejects.toThrow(
    'expired assertion',
  )
  await expect(ask(assertion(privateKey, { ...claims, sub: 'nobody' }))).rejects.toThrow("hasn't approved")
  await expect(ask(assertion(privateKey, { ...claims, iss: 'other' }))).rejects.toThrow(
    'client identifier invalid',
  )
})

test('a refresh token mends an expired session in the middle, unseen by the caller', async () => {
  const { sandbox } = keep(await start())
  const connection = connectionTo(sandbox)
  const fresh = await connection.oauth2.refreshToken(sandbox.credentials.refreshToken)
  connection._establish({
    accessToken: String(fresh.access_token),
    refreshToken: sandbox.credentials.refreshToken,
    instanceUrl: sandbox.url,
  })
  sandbox.control.fault({ trouble: { kind: 'expired_token' }, path: '/query' })
  sandbox.control.resetCounters()
  expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(0)
  expect(sandbox.control.counters()).toMatchObject({ read: 2, token: 1, total: 2 })
})

test('a token ends with its lifetime, by the clock of the sandbox', async () => {
  const asking = keep(await start({ tokenLifetimeMs: 1_000 }))
  expect((await ask(asking, 'GET', '/services/data/v68.0/limits')).status).toBe(200)
  asking.sandbox.control.advance(1_001)
  const { status, body } = await ask(asking, 'GET', '/services/data/v68.0/limits')
  expect({ status, body }).toEqual({
    status: 401,
    body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
  })
  expect((await login(asking.sandbox)).accessToken).not.toBe(asking.connection.accessToken)
})
