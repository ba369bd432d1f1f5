import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Asking, ask, DATA, setUp, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
  await setUp(asking)
})
afterEach(() => asking.sandbox.close())

type NewJob = Parameters<Asking['connection']['bulk2']['createJob']>[0]

async function uploaded(options: NewJob, csv: string) {
  const job = asking.connection.bulk2.createJob(options)
  await job.open()
  await job.uploadData(csv)
  await job.close()
  return job
}

async function finished(options: NewJob, csv: string) {
  const job = await uploaded(options, csv)
  await job.poll(1, 10_000)
  return { info: job.getInfo(), results: await job.getAllResults(), job }
}

const UPSERT: NewJob = { object: 'Account', operation: 'upsert', externalIdFieldName: 'OQL_Domain__c' }

test('records that go in as a job are inserted, and the results hold what was sent', async () => {
  const csv = 'Name,Website\n"Acme, Inc.",acme.com\nOther,other.com\n'
  const { info, results } = await finished({ object: 'Account', operation: 'insert' }, csv)
  expect(info).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 2, numberRecordsFailed: 0 })
  expect(results.successfulResults).toMatchObject([
    { sf__Created: 'true', Name: 'Acme, Inc.', Website: 'acme.com' },
    { sf__Created: 'true', Name: 'Other', Website: 'other.com' },
  ])
  expect(results.failedResults).toEqual([])
  expect(asking.sandbox.control.records('Account').map(({ id }) => id)).toEqual(
    results.successfulResults.map(({ sf__Id }) => sf__Id),
  )
})

test('an upsert tells created from updated, and each failure with its reason', async () => {
  asking.sandbox.control.insert('Account', { Name: 'There', OQL_Domain__c: 'there.com' })
  const csv = [
    'OQL_Domain__c,Name,OQL_Stage__c',
    'there.com,There 2,interest',
    'new.com,New,ongoing_usage',
    'twice.com,T1,interest',
    'twice.com,T2,interest',
    'bad.com,Bad,unheard_of',
    `long.com,${'x'.repeat(256)},interest`,
  ].join('\n')
  const { info, results } = await finished(UPSERT, csv)
  expect(info).toMatchObject({ numberRecordsProcessed: 6, numberRecordsFailed: 4 })
  expect(results.successfulResults.map(row => [Reflect.get(row, 'OQL_Domain__c'), row.sf__Created])).toEqual([
    ['there.com', 'false'],
    ['new.com', 'true'],
  ])
  expect(
    results.failedResults.map(row => [Reflect.get(row, 'OQL_Domain__c'), row.sf__Error.split(':')[0]]),
  ).toEqual([
    ['twice.com', 'DUPLICATE_VALUE'],
    ['twice.com', 'DUPLICATE_VALUE'],
    ['bad.com', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['long.com', 'STRING_TOO_LONG'],
  ])
})

test('#N/A clears a field, an empty cell leaves it alone', async () => {
  const { control } = asking.sandbox
  const account = control.insert('Account', { Name: 'A', Website: 'a.com', Phone: '1' })
  await finished({ object: 'Account', operation: 'update' }, `Id,Website,Phone\n${account.id},#N/A,\n`)
  expect(control.record('Account', account.id)?.fields).toMatchObject({ Website: null, Phone: '1' })
})

test('a job leaves owners alone and deletes what it is told to', async () => {
  const { control } = asking.sandbox
  const account = control.insert('Account', { Name: 'A', OwnerId: '0055g00000Ada01' })
  await finished({ object: 'Account', operation: 'update' }, `Id,Name\n${account.id},B\n`)
  expect(control.record('Account', account.id)?.fields).toMatchObject({
    Name: 'B',
    OwnerId: expect.stringMatching(/^0055g00000Ada01/),
  })
  await finished({ object: 'Account', operation: 'delete' }, `Id\n${account.id}\n`)
  expect(control.record('Account', account.id)?.deleted).toBe(true)
})

test('a job takes several polls, and its results only come after', async () => {
  const job = await uploaded(UPSERT, 'OQL_Domain__c,Name\na.com,A\n')
  const results = `${DATA}/jobs/ingest/${job.id}/successfulResults`
  const states = []
  for (let poll = 0; poll < 3; poll++) {
    expect((await ask(asking, 'GET', results)).status).toBe(400)
    states.push((await job.check()).state)
  }
  expect(states).toEqual(['InProgress', 'InProgress', 'JobComplete'])
  expect((await ask(asking, 'GET', results)).status).toBe(200)
})

test('a job takes one upload, and no abort once it is done', async () => {
  const { job } = await finished(UPSERT, 'OQL_Domain__c,Name\na.com,A\n')
  const path = `${DATA}/jobs/ingest/${job.id}`
  const again = await ask(asking, 'PUT', `${path}/batches`, { headers: { 'content-type': 'text/csv' } })
  expect(again).toMatchObject({ status: 400, body: [{ errorCode: 'INVALIDJOBSTATE' }] })
  const abort = await ask(asking, 'PATCH', path, { body: { state: 'Aborted' } })
  expect(abort).toMatchObject({ status: 400, body: [{ errorCode: 'INVALIDJOBSTATE' }] })
})

test('an unknown column and the wrong line ending fail the whole job', async () => {
  const fails = async (csv: string) => {
    const job = await uploaded(UPSERT, csv)
    await expect(job.poll(1, 10_000)).rejects.toThrow('InvalidBatch')
    return (await job.check()).state
  }
  expect(await fails('OQL_Domain__c,Name,Nothing__c\na.com,A,x\n')).toBe('Failed')
  expect(await fails('OQL_Domain__c,Name\r\na.com,A\r\n')).toBe('Failed')
  expect(asking.sandbox.control.records('Account')).toEqual([])
})

test('an aborted job processed nothing; a deleted one is gone; results go after seven days', async () => {
  const aborted = await uploaded(UPSERT, 'OQL_Domain__c,Name\na.com,A\n')
  await aborted.abort()
  expect((await aborted.check()).state).toBe('Aborted')
  await aborted.delete()
  await expect(aborted.check()).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
  expect(asking.sandbox.control.records('Account')).toEqual([])
  const { job } = await finished(UPSERT, 'OQL_Domain__c,Name\nb.com,B\n')
  asking.sandbox.control.advance(7 * 86_400_000 + 1)
  await asking.connection.authorize({ grant_type: 'client_credentials' })
  await expect(job.check()).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
})

test('an upsert by a field that is no external id makes no job', async () => {
  const job = asking.connection.bulk2.createJob({
    object: 'Account',
    operation: 'upsert',
    externalIdFieldName: 'Website',
  })
  await expect(job.open()).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
})

test('a query job answers its rows as CSV', async () => {
  const { connection, sandbox } = asking
  sandbox.control.insertMany('Account', [{ Name: 'A', Website: 'a.com' }, { Name: 'B "quoted"' }])
  connection.bulk2.pollInterval = 1
  const rows = await (await connection.bulk2.query('SELECT Id, Name, Website FROM Account')).toArray()
  expect(rows).toMatchObject([
    { Name: 'A', Website: 'a.com' },
    { Name: 'B "quoted"', Website: '' },
  ])
})

test("jsforce's own loop over a job of plain records works", async () => {
  const { connection, sandbox } = asking
  connection.bulk2.pollInterval = 1
  const [there] = sandbox.control.insertMany('Account', [{ Name: 'A', NumberOfEmployees: 1 }])
  const results = await connection.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'update',
    input: [{ Id: there?.id ?? '', NumberOfEmployees: 7 }],
  })
  expect(results).toMatchObject({
    successfulResults: [{ sf__Id: there?.id, sf__Created: 'false' }],
    failedResults: [],
    unprocessedRecords: [],
  })
  expect(sandbox.control.record('Account', there?.id ?? '')?.fields.NumberOfEmployees).toBe(7)
})

test('a job that fails in the middle keeps what it did, and tells the rest as unprocessed', async () => {
  asking.sandbox.control.stopJob(1)
  const job = await uploaded(UPSERT, 'OQL_Domain__c,Name\na.com,A\nb.com,B\n')
  await expect(job.poll(1, 10_000)).rejects.toThrow('failed in the middle')
  const results = await job.getAllResults()
  expect(results.successfulResults).toMatchObject([{ OQL_Domain__c: 'a.com' }])
  expect(results.unprocessedRecords).toEqual([{ OQL_Domain__c: 'b.com', Name: 'B' }])
  expect(asking.sandbox.control.records('Account')).toHaveLength(1)
})
