import nock from 'nock'
import { expect, test } from 'vitest'
import type { Intent } from '../../../src/contract/index.ts'
import { onlyRecorded } from './nock-only.ts'
import {
  answersQuery,
  countedCall,
  DATA,
  described,
  error,
  field,
  LOGIN,
  ORG,
  openSession,
  org,
  TOKEN,
  tokenAnswer,
  USER,
  withToken,
} from './org.ts'

onlyRecorded()

const intent: Intent = { object: 'Account', creates: true, fields: ['Website'], owners: [] }
const lead: Intent = { ...intent, createsAs: 'Lead' }

function withIdentity(): void {
  withToken()
  withNames()
  org()
    .get(`${DATA}/limits`)
    .reply(200, { DailyApiRequests: { Max: 100_000, Remaining: 99_000 } })
}

function withNames(): void {
  answersQuery('query', [{ Id: USER, Username: 'oql@acme.com' }])
  answersQuery('query', [{ Id: ORG, Name: 'Acme', OrganizationType: 'Enterprise Edition', IsSandbox: true }])
}

const withObject = (name: string, fields: object[], more: object = {}) =>
  org()
    .get(`${DATA}/sobjects/${name}/describe`)
    .reply(200, described(name, fields, more))

test('who we are is told by name, org and edition', async () => {
  withIdentity()
  withObject('Account', [])
  expect(await (await openSession()).check(intent, countedCall())).toEqual({
    identity: 'Salesforce org Acme (00Dxx0000001gERAAY, Enterprise Edition, sandbox), user oql@acme.com',
    problems: [],
    warnings: [],
    ownersGone: [],
  })
})

test('rights, keys that are no external ids, and required fields without a value are named all at once', async () => {
  withIdentity()
  const fields = [
    field('OQL_Domain__c', 'string', { unique: true, externalId: false }),
    field('Name', 'string', { nillable: false }),
    field('Website', 'url', { nillable: false }),
    field('OwnerId', 'reference', { nillable: false, defaultedOnCreate: true }),
    field('IsPriority__c', 'boolean', { nillable: false }),
    field('Vat__c', 'string', { nillable: false }),
  ]
  withObject('Account', fields, { createable: false, updateable: false })
  const { problems } = await (await openSession()).check(intent, countedCall())
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['missing_right', 'The Salesforce user may not edit Account records'],
    ['missing_right', 'The Salesforce user may not create Account records'],
    ['no_external_id', expect.stringContaining('OQL_Domain__c of Account')],
    ['required_field', expect.stringContaining('must have Vat__c')],
  ])
})

test('where it is not known what the mapping fills, a required field is a warning', async () => {
  withIdentity()
  withObject('Account', [field('Vat__c', 'string', { nillable: false })])
  const { fields: _, ...unknown } = intent
  const report = await (await openSession()).check(unknown, countedCall())
  expect(report.problems).toEqual([])
  expect(report.warnings.map(({ code }) => code)).toEqual(['required_field'])
})

test('the object that is created is looked at too, and one that we do not see is missing', async () => {
  withIdentity()
  withObject('Account', [], { createable: false })
  org().get(`${DATA}/sobjects/Lead/describe`).reply(404, error('NOT_FOUND'))
  const { problems } = await (await openSession()).check(lead, countedCall())
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['missing_object', 'The Salesforce user does not see the object Lead'],
  ])
})

test('layouts without the stage are named by their record types', async () => {
  withIdentity()
  withObject('Account', [field('OQL_Stage__c', 'picklist')])
  const shows = (value: string) => [{ layoutRows: [{ layoutItems: [{ layoutComponents: [{ value }] }] }] }]
  org()
    .get(`${DATA}/sobjects/Account/describe/layouts`)
    .reply(200, {
      layouts: [
        { id: '00h1', detailLayoutSections: shows('Name') },
        { id: '00h2', detailLayoutSections: shows('OQL_Stage__c') },
      ],
      recordTypeMappings: [
        { name: 'Customer', layoutId: '00h1' },
        { name: 'Partner', layoutId: '00h2' },
      ],
    })
  const { warnings } = await (await openSession()).check(intent, countedCall())
  expect(warnings).toMatchObject([
    {
      code: 'not_on_layout',
      message: 'Page layouts of Account do not show OQL_Stage__c: those of record type Customer',
    },
  ])
})

test('an org that tells neither names nor limits is checked all the same', async () => {
  withToken()
  org().get(`${DATA}/query`).query(true).times(2).reply(400, error('INVALID_TYPE'))
  org().get(`${DATA}/limits`).reply(403, error('INSUFFICIENT_ACCESS'))
  withObject('Account', [])
  const { identity, problems } = await (await openSession()).check(intent, countedCall())
  expect(identity).toBe('Salesforce org 00Dxx0000001gERAAY, user 005xx0000012345AAA')
  expect(problems).toEqual([])
})

test('a token answer without an identity URL is no reason to stop: the org is asked who we are', async () => {
  const { id: _, ...without } = tokenAnswer(TOKEN)
  nock(LOGIN).post('/services/oauth2/token').reply(200, without)
  org().get('/services/oauth2/userinfo').reply(200, { organization_id: ORG, user_id: USER })
  withNames()
  org().get(`${DATA}/limits`).reply(200, {})
  withObject('Account', [])
  const { identity } = await (await openSession()).check(intent, countedCall())
  expect(identity).toBe(`Salesforce org Acme (${ORG}, Enterprise Edition, sandbox), user oql@acme.com`)
})

test.each([
  ['redirects', 302, ''],
  ['is out of order', 500, '<html>'],
  ['answers what is no answer', 200, '{}'],
])(
  'where whoever is asked for our name %s, the check says that it could not be told',
  async (_, status, body) => {
    nock(LOGIN)
      .post('/services/oauth2/token')
      .reply(200, { ...tokenAnswer(TOKEN), id: 'https://login.salesforce.test/nobody' })
    org().get('/services/oauth2/userinfo').reply(status, body)
    org().get(`${DATA}/query`).query(true).reply(status, body)
    org().get(`${DATA}/limits`).reply(200, {})
    withObject('Account', [])
    const { identity, problems } = await (await openSession()).check(intent, countedCall())
    expect(identity).toBe('Salesforce org that could not be told, user that could not be told')
    expect(problems).toEqual([])
  },
)
