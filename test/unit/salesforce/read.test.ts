import nock from 'nock'
import { expect, test } from 'vitest'
import { onlyRecorded } from './nock-only.ts'
import {
  account,
  answersQuery,
  countedCall,
  DATA,
  described,
  field,
  id,
  openSession,
  org,
  readAll,
  withToken,
} from './org.ts'

onlyRecorded()

test('all accounts come page by page until Salesforce says that it is done', async () => {
  withToken()
  const next = `${DATA}/query/01gxx-2000`
  const soql = answersQuery('query', [account(id('001', 1), { Website: 'a.com' })], {
    more: { totalSize: 2, done: false, nextRecordsUrl: next },
  })
  org()
    .get(next)
    .reply(200, { totalSize: 2, done: true, records: [account(id('001', 2), { Website: null })] })
  const call = countedCall()
  const records = await readAll(await openSession(), { object: 'Account', all: true }, ['Website'], call)
  expect(soql).toEqual(['SELECT Id,CreatedDate,Website FROM Account'])
  expect(call.sent).toHaveLength(2)
  expect(records).toEqual([
    {
      remoteId: id('001', 1),
      fields: { Website: 'a.com' },
      createdAt: new Date('2026-01-02T03:04:05Z'),
    },
    { remoteId: id('001', 2), fields: { Website: null }, createdAt: new Date('2026-01-02T03:04:05Z') },
  ])
})

test('values keep their types, times are ISO, and a related record is read through its path', async () => {
  withToken()
  const values = {
    OQL_Score__c: 12.5,
    Seen__c: '2026-02-03T04:05:06.000+0000',
    Owner: { Name: 'Ada' },
    IsX: true,
  }
  answersQuery('query', [account(id('001', 1), { ...values, BillingAddress: { city: 'Graz' } })])
  const fields = ['OQL_Score__c', 'Seen__c', 'Owner.Name', 'IsX', 'BillingAddress', 'Parent.Name']
  const [record] = await readAll(await openSession(), { object: 'Account', all: true }, fields)
  expect(record?.fields).toEqual({
    OQL_Score__c: 12.5,
    Seen__c: '2026-02-03T04:05:06.000Z',
    'Owner.Name': 'Ada',
    IsX: true,
    BillingAddress: null,
    'Parent.Name': null,
  })
})

test('what is new is what changed since and carries no key of ours; converted leads are left out', async () => {
  withToken()
  const session = await openSession()
  const changedSince = new Date('2026-11-24T11:50:00.500Z')
  const asked: string[] = []
  for (const query of [
    { object: 'Account', changedSince, unlinked: true },
    { object: 'Lead', changedSince, unlinked: true },
    { object: 'Lead', all: true },
  ] as const) {
    const soql = answersQuery('query', [])
    await readAll(session, query, [])
    asked.push(...soql)
  }
  const news = 'SystemModstamp >= 2026-11-24T11:50:00Z AND OQL_Domain__c = null'
  expect(asked).toEqual([
    `SELECT Id,CreatedDate FROM Account WHERE ${news}`,
    `SELECT Id,CreatedDate FROM Lead WHERE IsConverted = false AND ${news}`,
    'SELECT Id,CreatedDate FROM Lead WHERE IsConverted = false',
  ])
})

test('keys are quoted, each once, letter case aside', async () => {
  withToken()
  const soql = answersQuery('query', [account(id('001', 1), { OQL_Domain__c: 'a.com' })])
  const query = { object: 'Account', by: 'OQL_Domain__c', values: ['A.com', 'a.com', "o'b\\.com", ''] }
  const records = await readAll(await openSession(), query, ['OQL_Domain__c'])
  expect(soql[0]).toMatch(/ WHERE OQL_Domain__c IN \('a\.com','o\\'b\\\\\.com'\)$/)
  expect(records).toHaveLength(1)
})

test('a website is looked up by what it contains, each host once', async () => {
  withToken()
  const soql = answersQuery('query', [account(id('001', 1), { Website: 'http://www.a.com/en' })])
  const values = ['a.com', 'WWW.A.com', 'https://a.com/', "o'b_%.com"]
  const records = await readAll(await openSession(), { object: 'Account', by: 'Website', values }, [
    'Website',
  ])
  const hosts = String.raw`(Website LIKE '%a.com%' OR Website LIKE '%o\'b\_\%.com%')`
  expect(soql).toHaveLength(1)
  expect(soql[0]?.endsWith(` WHERE ${hosts}`)).toBe(true)
  expect(records).toHaveLength(1)
})

test('a lookup by a field that is not named for it is a bug', async () => {
  const session = await openSession()
  const read = readAll(session, { object: 'Account', by: 'Phone', values: ['a.com'] }, [])
  await expect(read).rejects.toMatchObject({ fault: 'bug' })
})

test('long lists are cut by their bytes in the URI, and the estimate knows into how many', async () => {
  withToken()
  const uris = new Set<string>()
  org()
    .persist()
    .get(uri => {
      // It is asked about the path alone too.
      if (uri.includes('?')) uris.add(uri)
      return true
    })
    .reply(200, { totalSize: 0, done: true, records: [] })
  const values = Array.from({ length: 3_000 }, (_, n) => `ümlaut-${n}.example.com`)
  const session = await openSession()
  const query = { object: 'Account', by: 'OQL_Domain__c', values }
  const fields = Array.from({ length: 30 }, (_, n) => `OQL_A_Rather_Long_Name_${n}__c`)
  await readAll(session, query, fields)
  nock.cleanAll()
  expect(Math.max(...[...uris].map(uri => uri.length))).toBeLessThan(16_384)
  const asked = [...uris].flatMap(uri => [...decodeURIComponent(uri).matchAll(/'(ümlaut-[^']+)'/g)])
  expect(asked.map(([, value]) => value)).toEqual(values)
  expect(await session.estimate(query, countedCall())).toEqual({ calls: uris.size })
})

test('a merged record comes as its survivor, over two merges, and says which id was asked for', async () => {
  withToken()
  const [gone, between, survivor, deleted] = [1, 2, 3, 4].map(n => id('001', n))
  answersQuery('query', [])
  answersQuery('queryAll', [
    { Id: gone, MasterRecordId: between },
    { Id: deleted, MasterRecordId: null },
  ])
  const second = answersQuery('queryAll', [{ Id: between, MasterRecordId: survivor }])
  answersQuery('queryAll', [])
  answersQuery('query', [account(survivor ?? '', { Website: 'a.com' })])
  const ids = [gone ?? '', deleted ?? '', 'not-an-id']
  const records = await readAll(await openSession(), { object: 'Account', ids }, ['Website'])
  expect(records).toMatchObject([{ remoteId: survivor, askedId: gone, fields: { Website: 'a.com' } }])
  expect(records[0]).not.toHaveProperty('object')
  expect(second[0]).toContain('IsDeleted = true')
})

test('an id of 15 characters is the same record as that of 18', async () => {
  withToken()
  answersQuery('query', [account(id('001', 1))])
  const short = id('001', 1).slice(0, 15)
  expect(await readAll(await openSession(), { object: 'Account', ids: [short] }, [])).toMatchObject([
    { remoteId: id('001', 1), askedId: short },
  ])
})

test('a converted lead comes as its account, with the fields that accounts have', async () => {
  withToken()
  const [lead, home] = [id('00Q', 1), id('001', 9)]
  answersQuery('query', [])
  answersQuery('queryAll', [])
  const conversions = answersQuery('query', [{ Id: lead, ConvertedAccountId: home }])
  org()
    .get(`${DATA}/sobjects/Account/describe`)
    .reply(200, described('Account', [field('OQL_Stage__c', 'picklist'), field('OwnerId', 'reference')]))
  const accounts = answersQuery('query', [
    account(home, { OQL_Stage__c: 'interest', Owner: { Name: 'Ada' } }),
  ])
  const fields = ['OQL_Stage__c', 'Company', 'Owner.Name']
  expect(await readAll(await openSession(), { object: 'Lead', ids: [lead] }, fields)).toEqual([
    {
      remoteId: home,
      object: 'Account',
      askedId: lead,
      fields: { OQL_Stage__c: 'interest', Company: null, 'Owner.Name': 'Ada' },
      createdAt: new Date('2026-01-02T03:04:05Z'),
    },
  ])
  expect(conversions[0]).toContain('IsConverted = true')
  expect(accounts[0]).not.toContain('Company')
})

test('reading all costs a page for each 2,000 records; the count is asked for once', async () => {
  withToken()
  const soql = answersQuery('query', [], { more: { totalSize: 10_001 } })
  const session = await openSession()
  const call = countedCall()
  const all = { object: 'Account', all: true } as const
  expect(await session.estimate(all, call)).toEqual({ calls: 6 })
  expect(await session.estimate(all, call)).toEqual({ calls: 6 })
  expect(call.sent).toHaveLength(1)
  expect(soql).toEqual(['SELECT COUNT() FROM Account'])
})

test('fields are described with what we may write and what a restricted list takes', async () => {
  withToken()
  const picklistValues = [
    { value: 'interest', active: true },
    { value: 'old', active: false },
  ]
  org()
    .get(`${DATA}/sobjects/Account/describe`)
    .reply(
      200,
      described('Account', [
        field('OQL_Domain__c', 'string', { length: 255, unique: true, externalId: true }),
        field('OQL_Stage__c', 'picklist', { restrictedPicklist: true, length: 255, picklistValues }),
        field('Industry', 'picklist', { restrictedPicklist: false, length: 40, picklistValues }),
        field('OQL_Score__c', 'double', { updateable: false }),
        field('OwnerId', 'reference', { length: 18 }),
      ]),
    )
  const fields = await (await openSession()).describe('Account', countedCall())
  expect(fields).toMatchObject([
    { name: 'OQL_Domain__c', type: 'text', maxLength: 255, writable: true, unique: true },
    { name: 'OQL_Stage__c', type: 'enumeration', options: ['interest'], unique: false },
    { name: 'Industry', type: 'enumeration', nativeType: 'picklist' },
    { name: 'OQL_Score__c', type: 'number', writable: false },
    { name: 'OwnerId', type: 'other' },
  ])
  expect(fields[2]).not.toHaveProperty('options')
})
