import { expect, test } from 'vitest'
import type { Change, Company, RemoteLead, Session } from '../../../src/contract/index.ts'
import { companiesIn, contactsIn, counted, only, ready, type World } from './world.ts'

const KEY = 'oql_lead_key'

const lead = (key: string, contact: string, company: Company, more: Change['fields'] = {}): Change => ({
  key,
  object: 'leads',
  keyField: KEY,
  fields: { hs_lead_name: key, [KEY]: key, ...more },
  associate: [
    { object: 'contacts', remoteId: contact },
    { object: 'companies', remoteId: company.remoteId },
  ],
})

/** So many companies with a contact each, and a lead for each. */
async function leadsFor(made: World, count: number): Promise<{ companies: Company[]; batch: Change[] }> {
  const domains = Array.from({ length: count }, (_, index) => `c${index}.com`)
  const companies = companiesIn(made, ...domains)
  const batch = companies.map((company, index) => {
    const contact = only(contactsIn(made, company, `ada@c${index}.com`))
    return lead(`c${index}.com#1`, contact, company)
  })
  return { companies, batch }
}

const leadsOf = (session: Session, companies: Company[], keys: string[] = []): Promise<RemoteLead[]> => {
  if (session.leads === undefined) throw new Error('no leads')
  return Array.fromAsync(session.leads({ companies, keys }, counted()))
}

const byKey = (session: Session, ...values: string[]) =>
  Array.fromAsync(session.read({ object: 'leads', by: KEY, values }, [KEY], counted()))

test('a lead is made with its contact, its company and its owner, in the first open stage', async () => {
  const made = await ready()
  const { crm, session } = made
  const company = only(companiesIn(made, 'acme.com'))
  const contact = only(contactsIn(made, company, 'ada@acme.com'))
  const change = lead('acme.com#1', contact, company, { hubspot_owner_id: '12345' })
  const result = only(await session.write([change], counted()))
  const { id, properties } = only(crm.control.records('leads'))
  expect(result).toEqual({ key: 'acme.com#1', status: 'created', remoteId: id })
  expect(properties).toMatchObject({
    hs_lead_name: 'acme.com#1',
    hubspot_owner_id: '12345',
    hs_pipeline: 'lead-pipeline-id',
    hs_pipeline_stage: '1100000001',
  })
  expect(crm.control.associated('leads', id, 'contacts')).toEqual([{ id: contact, types: [578] }])
  expect(crm.control.associated('leads', id, 'companies')).toEqual([{ id: company.remoteId, types: [610] }])
})

test('a stage that the mapping names stays', async () => {
  const made = await ready()
  const { batch } = await leadsFor(made, 1)
  const change = only(batch)
  const fields = { ...change.fields, hs_pipeline_stage: '1100000008' }
  await made.session.write([{ ...change, fields }], counted())
  expect(only(made.crm.control.records('leads')).properties.hs_pipeline_stage).toBe('1100000008')
})

test.each(['after_commit', 'before_commit'] as const)(
  'leads whose answer was lost %s are found by key at once, though search lags, and none is made twice',
  async at => {
    const made = await ready()
    const { crm, session } = made
    const { batch } = await leadsFor(made, 3)
    crm.control.fault({ trouble: { kind: 'reset', at }, path: 'leads/batch/create' })
    const lost = await session.write(batch, counted())
    expect(lost.map(result => result.status === 'failed' && result.failure.kind)).toEqual(
      batch.map(() => 'unknown_outcome'),
    )
    const next = await made.again()
    const there = await byKey(next, ...batch.map(({ key }) => key.toUpperCase()))
    expect(there.length).toBe(at === 'after_commit' ? 3 : 0)
    const found = new Set(there.map(({ fields }) => fields[KEY]))
    await next.write(
      batch.filter(({ key }) => !found.has(key)),
      counted(),
    )
    expect(crm.control.records('leads').map(({ properties }) => properties[KEY])).toEqual(
      batch.map(({ key }) => key),
    )
    expect(crm.control.counters()).toMatchObject({ created: { leads: 3 }, search: 0 })
  },
)

test.each(['each', 'whole', 'creates_too'] as const)(
  'a key that is taken names the lead that holds it, a lead without a contact is refused alone (%s)',
  async batchErrors => {
    const made = await ready({ batchErrors })
    const { crm, session } = made
    const { batch } = await leadsFor(made, 5)
    const [taken, lonely, ...sound] = batch
    if (taken === undefined || lonely === undefined) throw new Error('five were made')
    await session.write([taken], counted())
    const holder = only(crm.control.records('leads')).id
    const results = await session.write(
      [...sound.slice(0, 1), taken, { ...lonely, associate: [] }, ...sound.slice(1)],
      counted(),
    )
    const of = new Map(results.map(result => [result.key, result]))
    expect(results.length).toBe(5)
    expect(of.get(taken.key)).toMatchObject({
      failure: { kind: 'duplicate', movedTo: { object: 'leads', remoteId: holder } },
    })
    expect(of.get(lonely.key)).toMatchObject({ failure: { kind: 'invalid' } })
    for (const { key } of sound) expect(of.get(key)).toMatchObject({ status: 'created' })
    expect(crm.control.counters().created.leads).toBe(4)
  },
)

test('a lead is written by id like every record', async () => {
  const made = await ready()
  const { batch } = await leadsFor(made, 1)
  await made.session.write(batch, counted())
  const { id } = only(made.crm.control.records('leads'))
  const change = { key: 'c0.com#1', object: 'leads', remoteId: id, fields: { hs_lead_name: 'C0, hot' } }
  expect(await made.session.write([change], counted())).toEqual([
    { key: 'c0.com#1', status: 'written', remoteId: id },
  ])
  expect(made.crm.control.record('leads', id)?.properties.hs_lead_name).toBe('C0, hot')
})

test('every lead of a company is told, whoever made it, and every one that carries a key', async () => {
  const made = await ready()
  const { crm, session } = made
  const { companies, batch } = await leadsFor(made, 3)
  const [acme, beta, alone] = companies
  if (acme === undefined || beta === undefined || alone === undefined) throw new Error('three were made')
  await session.write(batch.slice(1), counted())
  const theirs = crm.control.insert('leads', { hs_lead_name: 'Theirs' }).id
  crm.control.associate('leads', 'companies', [
    { from: theirs, to: acme.remoteId },
    { from: theirs, to: beta.remoteId },
  ])
  const found = await leadsOf(session, [acme, beta], ['c2.com#1', 'none.com#1'])
  const ids = new Map(crm.control.records('leads').map(({ id, properties }) => [properties[KEY], id]))
  const open = { state: 'open', closedAt: null }
  const expected = [
    { remoteId: theirs, company: acme.remoteId, key: null, ...open },
    { remoteId: theirs, company: beta.remoteId, key: null, ...open },
    { remoteId: ids.get('c1.com#1'), company: beta.remoteId, key: 'c1.com#1', ...open },
    { remoteId: ids.get('c2.com#1'), company: null, key: 'c2.com#1', ...open },
  ]
  expect(found).toHaveLength(expected.length)
  expect(found).toEqual(expect.arrayContaining(expected))
  expect(crm.control.counters().search).toBe(0)
})

test('of more leads than a page of associations holds none is left out', async () => {
  const made = await ready({ unlimited: true })
  const { crm, session } = made
  const company = only(companiesIn(made, 'acme.com'))
  const names = Array.from({ length: 1_201 }, (_, index) => ({ hs_lead_name: `Lead ${index}` }))
  const all = crm.control.insertMany('leads', names)
  const pairs = all.map(({ id }) => ({ from: id, to: company.remoteId }))
  crm.control.associate('leads', 'companies', pairs)
  const found = await leadsOf(session, [company])
  expect(new Set(found.map(({ remoteId }) => remoteId)).size).toBe(1_201)
})

test('the leads of many companies cost a call for a thousand, and one for a hundred leads', async () => {
  const made = await ready({ unlimited: true })
  const { crm, session } = made
  const domains = Array.from({ length: 1_001 }, (_, index) => `c${index}.com`)
  const companies = companiesIn(made, ...domains)
  const all = crm.control.insertMany(
    'leads',
    companies.slice(0, 150).map(({ names: [name = ''] }) => ({ hs_lead_name: name })),
  )
  const pairs = all.map(({ id }, index) => ({ from: id, to: companies[index]?.remoteId ?? '' }))
  crm.control.associate('leads', 'companies', pairs)
  crm.control.resetCounters()
  expect(await leadsOf(session, companies)).toHaveLength(150)
  expect(crm.control.counters().byCall).toEqual({
    'GET /crm/pipelines/2026-09/leads': 1,
    'POST /crm/associations/2026-09/companies/leads/batch/read': 2,
    'POST /crm/objects/2026-09/leads/batch/read': 2,
  })
})

test('a lead that people ended says so by its stage, and since when; one with a deal was converted', async () => {
  const made = await ready()
  const { crm, session } = made
  const company = only(companiesIn(made, 'acme.com'))
  const [lost, qualified, won] = crm.control.insertMany(
    'leads',
    ['Lost', 'Qualified', 'Won'].map(name => ({ hs_lead_name: name })),
  )
  if (lost === undefined || qualified === undefined || won === undefined) throw new Error('three were made')
  const pairs = [lost, qualified, won].map(({ id }) => ({ from: id, to: company.remoteId }))
  crm.control.associate('leads', 'companies', pairs)
  crm.control.advance(60_000)
  crm.control.closeLead(lost.id, 'unqualified')
  crm.control.closeLead(qualified.id, 'qualified')
  crm.control.closeLead(won.id, 'qualified')
  crm.control.update('leads', won.id, { hs_lead_associated_deals_count: '1' })
  crm.control.advance(60_000)
  // What is written later moves the date of the last change, not that of the end.
  crm.control.update('leads', lost.id, { hs_lead_name: 'Lost for good' })
  const closedAt = new Date('2026-11-24T12:01:00Z')
  const found = await leadsOf(session, [company])
  expect(new Map(found.map(({ remoteId, state, closedAt: at }) => [remoteId, [state, at]]))).toEqual(
    new Map([
      [lost.id, ['closed', closedAt]],
      [qualified.id, ['closed', closedAt]],
      [won.id, ['converted', closedAt]],
    ]),
  )
})

test('without our property only the companies tell their leads, and nothing is refused', async () => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  const { id } = made.crm.control.insert('leads', { hs_lead_name: 'Theirs' })
  made.crm.control.associate('leads', 'companies', [{ from: id, to: company.remoteId }])
  await fetch(`${made.crm.url}/crm/properties/2026-09/leads/${KEY}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${made.crm.token}` },
  })
  const found = await leadsOf(made.session, [company], ['acme.com#1'])
  expect(found.map(({ remoteId }) => remoteId)).toEqual([id])
})
