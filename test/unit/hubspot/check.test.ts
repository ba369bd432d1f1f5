import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Intent } from '../../../src/contract/index.ts'
import { countedCall, openSession, paths, portal, TOKEN } from './portal.ts'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  expect(pending).toEqual([])
})

const intent = (more: Partial<Intent> = {}): Intent => ({
  object: 'companies',
  creates: true,
  owners: [],
  ...more,
})
const READ = 'crm.objects.companies.read'
const WRITE = 'crm.objects.companies.write'

function withAccount(): void {
  portal()
    .get(paths.account)
    .reply(200, { portalId: 4711, accountType: 'STANDARD', uiDomain: 'app-eu1.hubspot.com' })
}

function withScopes(scopes: string[]): void {
  portal().post(paths.scopes, { tokenKey: TOKEN }).reply(200, { hubId: 4711, scopes })
}

const missing = (scope: string) => ({
  status: 'error',
  category: 'MISSING_SCOPES',
  message: 'not granted',
  errors: [{ message: 'required', context: { requiredGranularScopes: [scope] } }],
})

test('who we are is told in two calls, and nothing is lacking', async () => {
  withAccount()
  withScopes([READ, WRITE, 'oauth'])
  const session = await openSession()
  const call = countedCall()
  expect(await session.check(intent(), call)).toEqual({
    identity: 'HubSpot account 4711 (STANDARD, app-eu1.hubspot.com)',
    problems: [],
    warnings: [],
    ownersGone: [],
  })
  expect(call.sent.map(({ kind }) => kind)).toEqual(['read', 'read'])
})

test('every lacking scope is named at once, the one for writing too', async () => {
  withAccount()
  withScopes(['oauth'])
  const session = await openSession()
  const { problems } = await session.check(intent(), countedCall())
  expect(problems.map(({ code, message }) => [code, message.split(' ').at(-1)])).toEqual([
    ['missing_scope', READ],
    ['missing_scope', WRITE],
  ])
})

test('where HubSpot does not tell the scopes, one company tells, and writing is said to be unknown', async () => {
  withAccount()
  portal().post(paths.scopes).reply(400, { status: 'error', message: 'not a private app token' })
  portal().get(paths.list).query({ limit: '1', archived: 'false' }).reply(403, missing(READ))
  const session = await openSession()
  const { problems, warnings } = await session.check(intent(), countedCall())
  expect(problems).toMatchObject([{ code: 'missing_scope', message: expect.stringContaining(READ) }])
  expect(warnings).toMatchObject([{ code: 'write_not_checked', hint: expect.stringContaining(WRITE) }])
})

test('owners that HubSpot does not have are warnings, page after page', async () => {
  withAccount()
  withScopes([READ, WRITE])
  portal()
    .get(/^\/crm\/owners\/2026-09/)
    .query({ limit: '500', archived: 'false' })
    .reply(200, { results: [{ id: '1' }], paging: { next: { after: 'x' } } })
  portal()
    .get(/^\/crm\/owners\/2026-09/)
    .query({ limit: '500', archived: 'false', after: 'x' })
    .reply(200, { results: [{ id: '2' }] })
  const session = await openSession()
  const report = await session.check(intent({ owners: ['1', '2', '12345'] }), countedCall())
  expect(report.problems).toEqual([])
  expect(report.warnings).toMatchObject([
    {
      code: 'unknown_owner',
      message: expect.stringContaining('12345'),
      // The fallback may be the one who is gone: then nobody stands in.
      hint: expect.stringContaining('or nobody where this is the fallback'),
    },
  ])
})

test('owners that may not be read are one problem', async () => {
  withAccount()
  withScopes([READ, WRITE])
  portal()
    .get(/^\/crm\/owners\/2026-09/)
    .query(true)
    .reply(403, missing('crm.objects.owners.read'))
  const session = await openSession()
  const report = await session.check(intent({ owners: ['1', '2'] }), countedCall())
  expect(report).toMatchObject({
    problems: [{ code: 'missing_scope', message: expect.stringContaining('crm.objects.owners.read') }],
    warnings: [],
  })
})

test('a portal that does not say who it is can still be checked', async () => {
  portal().get(paths.account).reply(403, missing('account-info.read'))
  withScopes([READ, WRITE])
  const session = await openSession()
  const report = await session.check(intent(), countedCall())
  expect(report).toMatchObject({ identity: expect.stringContaining('HubSpot account'), problems: [] })
})

test('a token that is not let in ends the check', async () => {
  portal().get(paths.account).reply(401, { status: 'error', message: 'expired' })
  const session = await openSession()
  await expect(session.check(intent(), countedCall())).rejects.toMatchObject({ fault: 'auth' })
})

test('an object that the connector does not know is a problem with the ones it knows', async () => {
  withAccount()
  const session = await openSession()
  const { problems } = await session.check(intent({ object: 'deals' }), countedCall())
  expect(problems).toMatchObject([{ code: 'unknown_object', hint: expect.stringContaining('companies') }])
})
