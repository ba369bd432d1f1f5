import { expect, test } from 'vitest'
import type { Bulk, Change, Ticket } from '../../../src/contract/index.ts'
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

const JOBS = `${DATA}/jobs/ingest`
const JOB = `${JOBS}/750xx`
const UPDATES: Ticket = { id: '750xx', object: 'Account', creates: false }
const CREATES: Ticket = { id: '750xx', object: 'Account', creates: true }

async function bulkOf(more: object = {}): Promise<Bulk> {
  const { bulk } = await openSession(more)
  if (bulk === undefined) throw new Error('no bulk')
  return bulk
}

const state = (name: string, more: object = {}) => ({ id: '750xx', state: name, ...more })
const update = (n: number, fields: Change['fields']): Change => ({
  key: `a${n}.com`,
  object: 'Account',
  remoteId: id('001', n),
  fields,
})

function withResults(successful: string, failed = ''): void {
  const csv = { 'content-type': 'text/csv; charset=UTF-8' }
  org().get(`${JOB}/successfulResults`).reply(200, successful, csv)
  org().get(`${JOB}/failedResults`).reply(200, failed, csv)
}

test('a job is opened for updates by id, or for creates as upserts on the key', async () => {
  withToken()
  const bodies: object[] = []
  const keep = (body: object) => bodies.push(body) > 0
  org().post(JOBS, keep).times(2).reply(200, state('Open'))
  const bulk = await bulkOf({ bulk_threshold: 300 })
  expect(bulk.minChanges).toBe(300)
  expect(await bulk.open({ object: 'Account', creates: false }, countedCall())).toEqual(UPDATES)
  expect(await bulk.open({ object: 'Account', creates: true }, countedCall())).toEqual(CREATES)
  expect(bodies).toEqual([
    { object: 'Account', operation: 'update', lineEnding: 'LF' },
    { object: 'Account', operation: 'upsert', externalIdFieldName: 'OQL_Domain__c', lineEnding: 'LF' },
  ])
})

test('changes of different shapes go as one file: null clears, what a change does not name stays', async () => {
  withToken()
  org()
    .get(`${DATA}/sobjects/Account/describe`)
    .reply(200, described('Account', [field('OQL_Risk__c', 'picklist'), field('OQL_Flag__c', 'boolean')]))
  let csv = ''
  org()
    .matchHeader('content-type', /^text\/csv/)
    .put(`${JOB}/batches`, (body: string) => {
      csv = body
      return true
    })
    .reply(201)
  org().patch(JOB, { state: 'UploadComplete' }).reply(200, state('UploadComplete'))
  const call = countedCall()
  const changes = [
    update(1, { OQL_Stage__c: 'interest', OQL_Risk__c: null }),
    update(2, { OQL_Reason__c: 'a "quote", a comma;\nand a line', OQL_Score__c: 0 }),
    update(3, { OQL_Domain__c: null, OQL_Flag__c: null }),
  ]
  await (await bulkOf()).send(UPDATES, changes, call)
  expect(csv).toBe(
    [
      '"Id","OQL_Stage__c","OQL_Risk__c","OQL_Reason__c","OQL_Score__c","OQL_Domain__c","OQL_Flag__c"',
      `"${id('001', 1)}","interest","#N/A",,,,`,
      `"${id('001', 2)}",,,"a ""quote"", a comma;\nand a line","0",,`,
      `"${id('001', 3)}",,,,,"#N/A","false"`,
      '',
    ].join('\n'),
  )
  expect(call.sent).toEqual(['read', 'write', 'write'])
})

test.each(['UploadComplete', 'InProgress'])('a job that is %s is running', async name => {
  withToken()
  org().get(JOB).reply(200, state(name))
  expect(await (await bulkOf()).collect(UPDATES, [], countedCall())).toBe('running')
})

test('a job that was never started is ended, so that a late request can not start it', async () => {
  withToken()
  org().get(JOB).reply(200, state('Open'))
  org().patch(JOB, { state: 'Aborted' }).reply(200, state('Aborted'))
  expect(await (await bulkOf()).collect(UPDATES, [], countedCall())).toBe('not_sent')
})

test('a job that was started while it was being ended is running', async () => {
  withToken()
  org().get(JOB).reply(200, state('Open'))
  org().patch(JOB, { state: 'Aborted' }).reply(400, error('INVALIDJOBSTATE'))
  expect(await (await bulkOf()).collect(UPDATES, [], countedCall())).toBe('running')
})

test('a job that Salesforce does not know any more, or that was aborted untouched, was not sent', async () => {
  withToken()
  const bulk = await bulkOf()
  org().get(JOB).reply(404, error('NOT_FOUND'))
  expect(await bulk.collect(UPDATES, [], countedCall())).toBe('not_sent')
  org().get(JOB).reply(200, state('Aborted'))
  withResults('')
  expect(await bulk.collect(UPDATES, [update(1, {})], countedCall())).toBe('not_sent')
})

test('a lost answer to the question is not the job’s end', async () => {
  withToken()
  org().get(JOB).reply(503, error('SERVER_UNAVAILABLE'))
  const collected = (await bulkOf()).collect(UPDATES, [], countedCall())
  await expect(collected).rejects.toMatchObject({ failure: { kind: 'transient' } })
})

test('results come in any order, by id; rows that the job did not come to may be sent again', async () => {
  withToken()
  org()
    .get(JOB)
    .reply(200, state('Failed', { errorMessage: 'InternalServerError' }))
  withResults(
    `"sf__Id","sf__Created","Id","OQL_Reason__c"\n"${id('001', 2)}","false","${id('001', 2)}","a;b|c"\n`,
    `"sf__Id","sf__Error","Id"\n"${id('001', 1)}","STRING_TOO_LONG:Reason: data value too large: x (max length=255):OQL_Reason__c --","${id('001', 1)}"\n`,
  )
  const sent = [1, 2, 3].map(n => update(n, { OQL_Reason__c: 'x' }))
  expect(await (await bulkOf()).collect(UPDATES, sent, countedCall())).toEqual([
    {
      key: 'a1.com',
      status: 'failed',
      failure: {
        kind: 'invalid',
        code: 'STRING_TOO_LONG',
        field: 'OQL_Reason__c',
        message: 'Reason: data value too large: x (max length=255)',
      },
    },
    { key: 'a2.com', status: 'written', remoteId: id('001', 2) },
    {
      key: 'a3.com',
      status: 'failed',
      failure: { kind: 'transient', code: 'Failed', message: expect.stringContaining('InternalServerError') },
    },
  ])
})

test('creates are told by their key, whatever its letter case, and say which are new', async () => {
  withToken()
  org().get(JOB).reply(200, state('JobComplete'))
  const rows = [`"${id('001', 1)}","true","new.com"`, `"${id('001', 2)}","false","THERE.com"`]
  withResults(`"sf__Id","sf__Created","OQL_Domain__c"\n${rows.join('\n')}\n`)
  const sent = ['there.com', 'new.com'].map(key => ({ key, object: 'Account', fields: {} }))
  expect(await (await bulkOf()).collect(CREATES, sent, countedCall())).toEqual([
    { key: 'there.com', status: 'written', remoteId: id('001', 2) },
    { key: 'new.com', status: 'created', remoteId: id('001', 1) },
  ])
})

test('a record that was merged away says where it lives on', async () => {
  withToken()
  org().get(JOB).reply(200, state('JobComplete'))
  const gone = `"${id('001', 1)}","ENTITY_IS_DELETED:entity is deleted:--","${id('001', 1)}"`
  withResults('"sf__Id","sf__Created","Id"\n', `"sf__Id","sf__Error","Id"\n${gone}\n`)
  answersQuery('queryAll', [{ Id: id('001', 1), MasterRecordId: id('001', 9) }])
  answersQuery('queryAll', [])
  expect(await (await bulkOf()).collect(UPDATES, [update(1, {})], countedCall())).toMatchObject([
    { failure: { kind: 'gone', movedTo: { object: 'Account', remoteId: id('001', 9) } } },
  ])
})
