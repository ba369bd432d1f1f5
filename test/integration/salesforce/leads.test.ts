import { expect, test } from 'vitest'
import type { Change, Company, RemoteLead, Session } from '../../../src/contract/index.ts'
import { readyForAll } from './beside.ts'
import { countedCall, readAll } from './world.ts'

const KEY = 'OQL_Lead_Key__c'

const lead = (key: string, company: string): Change => ({
  key,
  object: 'Lead',
  keyField: KEY,
  fields: { [KEY]: key, Company: company, LastName: key },
})

const leadsOf = (
  session: Session,
  companies: Company[],
  keys: string[] = [],
  call = countedCall(),
): Promise<RemoteLead[]> => {
  if (session.leads === undefined) throw new Error('no leads')
  return Array.fromAsync(session.leads({ companies, keys }, call))
}

const company = (remoteId: string, ...names: string[]): Company => ({ object: 'Account', remoteId, names })

test('a lead beside an account is made by its own key, and once, however often it is sent', async () => {
  const { session, sandbox } = await readyForAll()
  const batch = [lead('acme.com#1', 'Acme'), lead('other.com#1', 'Other')]
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' })
  expect(await session.write(batch, countedCall())).toMatchObject([
    { failure: { kind: 'unknown_outcome' } },
    { failure: { kind: 'unknown_outcome' } },
  ])
  expect((await session.write(batch, countedCall())).map(({ status }) => status)).toEqual([
    'written',
    'written',
  ])
  const made = sandbox.control.records('Lead')
  expect(made.map(({ fields }) => [fields[KEY], fields.OQL_Domain__c ?? null])).toEqual([
    ['acme.com#1', null],
    ['other.com#1', null],
  ])
  const byKey = { object: 'Lead', by: KEY, values: ['ACME.com#1'] }
  expect(await readAll(session, byKey, ['Company'])).toMatchObject([{ fields: { Company: 'Acme' } }])
})

test('a lead for an account without a record is made by the domain as before, in the same org', async () => {
  const { session, sandbox } = await readyForAll()
  const fields = { Company: 'Acme', LastName: 'acme.com' }
  expect(await session.write([{ key: 'acme.com', object: 'Lead', fields }], countedCall())).toMatchObject([
    { status: 'created' },
  ])
  expect(sandbox.control.records('Lead')[0]?.fields).toMatchObject({ OQL_Domain__c: 'acme.com' })
})

test('leads are found by the names of the company, its own in Salesforce too, and by key', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const { id: acme } = control.insert('Account', { Name: 'ACME Corporation' })
  const { id: group } = control.insert('Account', { Name: 'Group' })
  const theirs = control.insert('Lead', { Company: 'Acme corporation', LastName: 'Doe' })
  const both = control.insert('Lead', { Company: 'acme.com', LastName: 'Roe' })
  const other = control.insert('Lead', { Company: 'Elsewhere', LastName: 'Poe', [KEY]: 'gone.com#1' })
  const companies = [company(acme, ' Acme.com '), company(group, 'acme.com', "O'Group")]
  const found = await leadsOf(session, companies, ['GONE.com#1', 'none.com#1'])
  expect(found.map(({ remoteId, company: of, key }) => [remoteId, of, key])).toEqual([
    [other.id, null, 'gone.com#1'],
    [theirs.id, acme, null],
    [both.id, acme, null],
    [both.id, group, null],
  ])
  expect(new Set(found.map(({ state, closedAt }) => `${state} ${closedAt}`))).toEqual(new Set(['open null']))
})

test('a lead that was converted or turned down says so, and since when', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const { id: acme } = control.insert('Account', { Name: 'Acme' })
  const [won = '', lost = ''] = ['Won', 'Lost'].map(
    LastName => control.insert('Lead', { Company: 'Acme', LastName }).id,
  )
  control.convertLead(won, acme)
  control.advance(86_400_000)
  control.update('Lead', lost, { Status: 'Closed - Not Converted' })
  const told = new Map((await leadsOf(session, [company(acme)])).map(each => [each.remoteId, each]))
  const today = control.now()
  const yesterday = new Date(today.getTime() - 86_400_000).toISOString().slice(0, 10)
  expect(told.get(won)).toMatchObject({ state: 'converted', closedAt: new Date(yesterday) })
  expect(told.get(lost)?.state).toBe('closed')
  expect(told.get(lost)?.closedAt?.toISOString().slice(0, 10)).toBe(today.toISOString().slice(0, 10))
})

test('an org whose leads end by another status names it in the config', async () => {
  const { again, sandbox } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  sandbox.control.insert('Lead', { Company: 'Acme', LastName: 'Doe', Status: 'Junk' })
  const states = async (session: Session) => (await leadsOf(session, [company(id)])).map(({ state }) => state)
  expect(await states(await again())).toEqual(['open'])
  expect(await states(await again({ closed_lead_statuses: ['JUNK'] }))).toEqual(['closed'])
})

test('a converted lead is not written again by its key: it says which account it became', async () => {
  const { session, sandbox } = await readyForAll()
  const [made] = await session.write([lead('acme.com#1', 'Acme')], countedCall())
  if (made?.status !== 'created') throw new Error(JSON.stringify(made))
  const home = sandbox.control.convertLead(made.remoteId)
  expect(await session.write([lead('acme.com#1', 'Acme')], countedCall())).toMatchObject([
    { failure: { kind: 'invalid', movedTo: { object: 'Account', remoteId: home } } },
  ])
  expect(await leadsOf(session, [], ['acme.com#1'])).toMatchObject([{ state: 'converted', company: null }])
})

test('1,500 companies with names of any letters are asked for in queries that fit', async () => {
  const { session, sandbox } = await readyForAll()
  const names = Array.from({ length: 1_500 }, (_, n) => `Ünïcode ${n} & Söhne`)
  const accounts = sandbox.control.insertMany(
    'Account',
    names.map(Name => ({ Name })),
  )
  sandbox.control.insertMany(
    'Lead',
    names.map(Company => ({ Company, LastName: 'x' })),
  )
  sandbox.control.resetCounters()
  const call = countedCall()
  const found = await leadsOf(
    session,
    accounts.map(({ id }) => company(id)),
    [],
    call,
  )
  expect(new Set(found.map(({ company: of }) => of)).size).toBe(1_500)
  expect(sandbox.control.counters().byStatus).toEqual({ 200: call.sent.length })
  expect(call.sent).not.toContain('write')
})
