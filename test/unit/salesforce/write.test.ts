import { expect, test } from 'vitest'
import type { Change } from '../../../src/contract/index.ts'
import { onlyRecorded } from './nock-only.ts'
import {
  answersQuery,
  countedCall,
  DATA,
  described,
  error,
  field,
  id,
  openSession,
  org,
  withToken,
} from './org.ts'

onlyRecorded()

const UPDATE = `${DATA}/composite/sobjects`
const UPSERT = `${DATA}/composite/sobjects/Account/OQL_Domain__c`
const LEADS = `${DATA}/composite/sobjects/Lead/OQL_Domain__c`

interface Body {
  allOrNone: boolean
  records: Record<string, unknown>[]
}

const update = (n: number, fields: Change['fields'] = { OQL_Score__c: n }): Change => ({
  key: `a${n}.com`,
  object: 'Account',
  remoteId: id('001', n),
  fields,
})
const create = (key: string, object = 'Account', fields: Change['fields'] = {}): Change => ({
  key,
  object,
  fields,
})

const ok = (remoteId: string, more: object = {}) => ({ id: remoteId, success: true, errors: [], ...more })
const no = (statusCode: string, message = 'in Salesforce words', fields: string[] = []) => ({
  success: false,
  errors: [{ statusCode, message, fields }],
})

/** Records what is sent to `path`, and answers with these rows. */
function answersRows(path: string, rows: object[]): Body[] {
  const bodies: Body[] = []
  org()
    .patch(path, (body: Body) => bodies.push(body) > 0)
    .reply(200, rows)
  return bodies
}

/** What tells checkboxes from fields that can be empty. */
const describesAccount = () =>
  org()
    .get(`${DATA}/sobjects/Account/describe`)
    .reply(200, described('Account', [field('OQL_Risk__c', 'picklist'), field('OQL_Flag__c', 'boolean')]))

test('updates go by id; null clears, a checkbox by unchecking it, an absent field is not sent, and one bad record spares the others', async () => {
  withToken()
  describesAccount()
  const bodies = answersRows(UPDATE, [ok(id('001', 1)), no('STRING_TOO_LONG', 'too long', ['OQL_Reason__c'])])
  const call = countedCall()
  const batch = [
    update(1, { OQL_Risk__c: null, OQL_Flag__c: null, OQL_Score__c: 7 }),
    update(2, { OQL_Reason__c: 'x' }),
  ]
  const before = structuredClone(batch)
  expect(await (await openSession()).write(batch, call)).toEqual([
    { key: 'a1.com', status: 'written', remoteId: id('001', 1) },
    {
      key: 'a2.com',
      status: 'failed',
      failure: { kind: 'invalid', message: 'too long', code: 'STRING_TOO_LONG', field: 'OQL_Reason__c' },
    },
  ])
  expect(bodies).toEqual([
    {
      allOrNone: false,
      records: [
        {
          id: id('001', 1),
          attributes: { type: 'Account' },
          OQL_Risk__c: null,
          OQL_Flag__c: false,
          OQL_Score__c: 7,
        },
        { id: id('001', 2), attributes: { type: 'Account' }, OQL_Reason__c: 'x' },
      ],
    },
  ])
  expect(call.sent).toEqual(['read', 'write'])
  expect(batch).toEqual(before)
})

test('creates are upserts on the key, so that a second one makes no second record', async () => {
  withToken()
  const bodies = answersRows(UPSERT, [
    ok(id('001', 1), { created: true }),
    ok(id('001', 2), { created: false }),
  ])
  const batch = [create('New.com', 'Account', { Name: 'New' }), create('there.com')]
  expect(await (await openSession()).write(batch, countedCall())).toEqual([
    { key: 'New.com', status: 'created', remoteId: id('001', 1) },
    { key: 'there.com', status: 'written', remoteId: id('001', 2) },
  ])
  expect(bodies[0]?.records).toEqual([
    { attributes: { type: 'Account' }, OQL_Domain__c: 'new.com', Name: 'New' },
    { attributes: { type: 'Account' }, OQL_Domain__c: 'there.com' },
  ])
})

test.each([
  [{}, 'FALSE', 'allowSave=true'],
  [{ auto_assign: true, duplicate_rule_allow_save: false }, 'TRUE', 'allowSave=false'],
])(
  'owners stay and alerts are passed unless the config says otherwise: %j',
  async (more, assign, duplicate) => {
    withToken()
    org()
      .matchHeader('sforce-auto-assign', assign)
      .matchHeader('sforce-duplicate-rule-header', duplicate)
      .patch(UPDATE)
      .reply(200, [ok(id('001', 1))])
    expect(await (await openSession(more)).write([update(1)], countedCall())).toMatchObject([
      { status: 'written' },
    ])
  },
)

test.each([
  ['UNABLE_TO_LOCK_ROW', 'transient'],
  ['DUPLICATE_VALUE', 'duplicate'],
  ['DUPLICATES_DETECTED', 'duplicate'],
  ['INSUFFICIENT_ACCESS_OR_READONLY', 'forbidden'],
  ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'forbidden'],
  ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'invalid'],
  ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'invalid'],
  ['INVALID_FIELD_FOR_INSERT_UPDATE', 'invalid'],
  ['REQUIRED_FIELD_MISSING', 'invalid'],
])('the row error %s is %s', async (statusCode, kind) => {
  withToken()
  answersRows(UPDATE, [no(statusCode)])
  const [result] = await (await openSession()).write([update(1)], countedCall())
  expect(result).toMatchObject({ status: 'failed', failure: { kind, code: statusCode } })
})

test('a trigger that met a lock is as passing as the lock', async () => {
  withToken()
  answersRows(UPDATE, [
    no('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'T: execution of AfterUpdate: UNABLE_TO_LOCK_ROW'),
  ])
  const [result] = await (await openSession()).write([update(1)], countedCall())
  expect(result).toMatchObject({ failure: { kind: 'transient' } })
})

test.each([
  ['a race of two upserts', `OQL_Domain__c duplicates value on record with id: ${id('001', 7)}`, 'transient'],
  [
    'a record that we may not see',
    'OQL_Domain__c duplicates value on record with id: <unknown>',
    'duplicate',
  ],
  ['another unique field', `Vat__c duplicates value on record with id: ${id('001', 7)}`, 'duplicate'],
])('a key that is taken by %s', async (_name, message, kind) => {
  withToken()
  answersRows(UPSERT, [no('DUPLICATE_VALUE', `duplicate value found: ${message}`)])
  const [result] = await (await openSession()).write([create('a.com')], countedCall())
  expect(result).toMatchObject({ failure: { kind, code: 'DUPLICATE_VALUE' } })
})

test('a bad reference is gone only where it is the record itself', async () => {
  withToken()
  const rows = [
    no('INVALID_CROSS_REFERENCE_KEY'),
    no('INVALID_CROSS_REFERENCE_KEY', 'bad owner', ['OwnerId']),
  ]
  answersRows(UPDATE, rows)
  answersQuery('queryAll', [])
  const results = await (await openSession()).write([update(1), update(2)], countedCall())
  expect(results).toMatchObject([
    { failure: { kind: 'gone' } },
    { failure: { kind: 'invalid', field: 'OwnerId' } },
  ])
})

test('a record that was merged away is written where it lives on; one that was deleted is gone', async () => {
  withToken()
  answersRows(UPDATE, [no('ENTITY_IS_DELETED'), no('ENTITY_IS_DELETED'), ok(id('001', 3))])
  answersQuery('queryAll', [
    { Id: id('001', 1), MasterRecordId: id('001', 9) },
    { Id: id('001', 2), MasterRecordId: null },
  ])
  answersQuery('queryAll', [])
  const second = answersRows(UPDATE, [ok(id('001', 9))])
  const call = countedCall()
  const results = await (await openSession()).write([update(1), update(2), update(3)], call)
  expect(results).toMatchObject([
    { key: 'a1.com', status: 'written', remoteId: id('001', 9) },
    { key: 'a2.com', status: 'failed', failure: { kind: 'gone', code: 'ENTITY_IS_DELETED' } },
    { key: 'a3.com', status: 'written', remoteId: id('001', 3) },
  ])
  expect(second[0]?.records).toEqual([{ id: id('001', 9), attributes: { type: 'Account' }, OQL_Score__c: 1 }])
  expect(call.sent).toEqual(['write', 'read', 'read', 'write'])
})

test('a converted lead says which account took its place, found by id and by key', async () => {
  withToken()
  const lead = id('00Q', 1)
  answersRows(UPDATE, [no('CANNOT_UPDATE_CONVERTED_LEAD')])
  answersQuery('queryAll', [])
  answersQuery('query', [{ Id: lead, ConvertedAccountId: id('001', 5) }])
  const session = await openSession()
  const change = { key: 'a.com', object: 'Lead', remoteId: lead, fields: { OQL_Score__c: 1 } }
  const movedTo = { object: 'Account', remoteId: id('001', 5) }
  expect(await session.write([change], countedCall())).toMatchObject([
    { failure: { kind: 'invalid', message: expect.stringContaining('converted'), movedTo } },
  ])

  answersRows(LEADS, [no('CANNOT_UPDATE_CONVERTED_LEAD')])
  answersQuery('query', [{ Id: lead, ConvertedAccountId: id('001', 5), OQL_Domain__c: 'A.com' }])
  expect(await session.write([create('a.com', 'Lead')], countedCall())).toMatchObject([
    { failure: { movedTo } },
  ])
})

test('a value that Salesforce can not parse fails its batch: halved, it stands alone', async () => {
  withToken()
  let records: Body['records'] = []
  org()
    .persist()
    .patch(UPDATE, (body: Body) => {
      records = body.records
      return true
    })
    .reply(() =>
      records.some(record => record.OQL_Last_Seen__c === 'never')
        ? [400, error('JSON_PARSER_ERROR')]
        : [200, records.map(record => ok(String(record.id)))],
    )
  const batch = [1, 2, 3, 4, 5].map(n => update(n, { OQL_Last_Seen__c: n === 4 ? 'never' : '2026-01-01' }))
  const results = await (await openSession()).write(batch, countedCall())
  expect(new Map(results.map(({ key, status }) => [key, status]))).toEqual(
    new Map(batch.map(({ key }, n) => [key, n === 3 ? 'failed' : 'written'])),
  )
  expect(results).toHaveLength(5)
})

test('a record that comes twice goes in two requests, in order', async () => {
  withToken()
  const first = answersRows(UPDATE, [ok(id('001', 1))])
  const second = answersRows(UPDATE, [ok(id('001', 1))])
  const batch = [update(1, { OQL_Score__c: 1 }), { ...update(1, { OQL_Score__c: 2 }), key: 'b.com' }]
  const results = await (await openSession()).write(batch, countedCall())
  expect(results.map(({ status }) => status)).toEqual(['written', 'written'])
  expect([first[0]?.records[0]?.OQL_Score__c, second[0]?.records[0]?.OQL_Score__c]).toEqual([1, 2])
})

test('children of one parent stand side by side', async () => {
  withToken()
  const parents = ['p2', 'p1', 'p2', 'p1']
  const bodies = answersRows(
    UPDATE,
    parents.map((_, n) => ok(id('001', n))),
  )
  const batch = parents.map((ParentId, n) => update(n, { ParentId }))
  const results = await (await openSession()).write(batch, countedCall())
  expect(bodies[0]?.records.map(({ ParentId }) => ParentId)).toEqual(['p1', 'p1', 'p2', 'p2'])
  expect(new Set(results.map(({ key }) => key))).toEqual(new Set(batch.map(({ key }) => key)))
})

test('what was written before the day’s calls ran out is told, the rest was not sent', async () => {
  withToken()
  answersRows(UPDATE, [ok(id('001', 1))])
  org().patch(UPDATE).reply(403, error('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'))
  const batch = [update(1), { ...update(1), key: 'b.com' }]
  expect(await (await openSession()).write(batch, countedCall())).toMatchObject([
    { key: 'a1.com', status: 'written' },
    { key: 'b.com', failure: { kind: 'transient', message: expect.stringContaining('not sent') } },
  ])
})

test('a batch that mixes creates with updates, an object that notices are made of, or a key of another, is a bug', async () => {
  const session = await openSession()
  for (const batch of [
    [update(1), create('b.com')],
    [create('a.com', 'Task')],
    [{ ...create('a.com#1', 'Lead'), keyField: 'Email' }],
  ]) {
    await expect(session.write(batch, countedCall())).rejects.toMatchObject({ fault: 'bug' })
  }
})
