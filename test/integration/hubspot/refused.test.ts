import { expect, test } from 'vitest'
import type { Change, Company, Notice, Result } from '../../../src/contract/index.ts'
import { companiesIn, contactsIn, counted, only, ready, type World, world } from './world.ts'

const SIZE = 100
/** Two that stand in different halves of halves, so that nothing finds both at once. */
const BAD = [20, 70]

const keysOf = (results: readonly Result[], status: Result['status']) =>
  results.filter(result => result.status === status).map(({ key }) => key)
const failedOf = (results: readonly Result[]) =>
  results.flatMap(result => (result.status === 'failed' ? [[result.key, result.failure.kind]] : []))

async function accounts(): Promise<World> {
  const made = await world()
  await made.session.ensureSchema('companies', [], counted())
  await made.session.describe('companies', counted())
  return made
}

/** Updates of companies, or creates of them. */
function changes(made: World, way: 'update' | 'create', bad: readonly number[]): Change[] {
  const domains = Array.from({ length: SIZE }, (_, index) => `c${index}.com`)
  const ids = way === 'update' ? companiesIn(made, ...domains).map(({ remoteId }) => remoteId) : []
  return domains.map((key, index) => ({
    key,
    object: 'companies',
    ...(way === 'update' ? { remoteId: ids[index] ?? '' } : {}),
    fields: { name: key, domain: key, city: bad.includes(index) ? 'bad' : 'Berlin' },
  }))
}

test.each([
  ['update', 1],
  ['create', 1],
] as const)('a hundred sound ones cost one call to %s', async (way, calls) => {
  const made = await accounts()
  const call = counted()
  const results = await made.session.write(changes(made, way, []), call)
  expect(results.every(({ status }) => status !== 'failed')).toBe(true)
  expect(call.sent).toHaveLength(calls)
})

test.each(['update', 'create'] as const)(
  'a batch that fails whole for one costs the halves that lead to it (%s)',
  async way => {
    const made = await accounts()
    made.crm.control.poison(({ properties }) => properties.city === 'bad')
    const call = counted()
    const results = await made.session.write(changes(made, way, [42]), call)
    expect(failedOf(results)).toEqual([['c42.com', 'invalid']])
    // The whole, and both halves of each of at most seven that hold the bad one.
    expect(call.sent.length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(SIZE)))
    const cities = made.crm.control.records('companies').map(({ properties }) => properties.city)
    expect(cities.filter(city => city === 'Berlin')).toHaveLength(SIZE - 1)
  },
)

test.each(['update', 'create'] as const)(
  'errors that do not say whose they are refuse the bad ones alone (%s)',
  async way => {
    const made = await accounts()
    made.crm.control.poison(({ properties }) => properties.city === 'bad', 'unnamed')
    const call = counted()
    const results = await made.session.write(changes(made, way, BAD), call)
    expect(results).toHaveLength(SIZE)
    expect(failedOf(results)).toEqual([
      ['c20.com', 'invalid'],
      ['c70.com', 'invalid'],
    ])
    // The whole, and each of the two alone.
    expect(call.sent).toHaveLength(3)
  },
)

/** So many creates of leads, each tied to a contact and a company of its own. */
function leads(made: World, names: readonly string[]): Change[] {
  const companies = companiesIn(made, ...names.map((_, index) => `l${index}.com`))
  return companies.map((company, index) => ({
    key: `l${index}.com#1`,
    object: 'leads',
    fields: { hs_lead_name: names[index] ?? '' },
    associate: [
      { object: 'contacts', remoteId: only(contactsIn(made, company, `ada@l${index}.com`)) },
      { object: 'companies', remoteId: company.remoteId },
    ],
  }))
}

test('of leads too, and none is made twice', async () => {
  const made = await ready()
  made.crm.control.poison(({ properties }) => properties.hs_lead_name === 'bad', 'unnamed')
  const results = await made.session.write(leads(made, ['A', 'bad', 'B', 'bad', 'C']), counted())
  expect(keysOf(results, 'created')).toEqual(['l0.com#1', 'l2.com#1', 'l4.com#1'])
  expect(failedOf(results)).toEqual([
    ['l1.com#1', 'invalid'],
    ['l3.com#1', 'invalid'],
  ])
  expect(made.crm.control.records('leads')).toHaveLength(3)
})

const task = (id: string, body: string, { object, remoteId }: Company): Notice => ({
  type: 'task',
  id,
  mayExist: false,
  subject: id,
  body,
  dueAt: new Date('2026-11-25T09:00:00Z'),
  owner: null,
  record: { object, remoteId },
})

test.each([
  ['stand alone', ready, 'invalid'],
  // Nothing but a look at the company's own tasks could tell whether one was made: that is for the next time.
  ['are open where ids of notices are not unique', world, 'unknown_outcome'],
] as const)('tasks that an error of nobody may be about %s', async (_, open, kind) => {
  const made = await open()
  const company = only(companiesIn(made, 'acme.com'))
  made.crm.control.poison(({ properties }) => properties.hs_task_body === 'bad', 'unnamed')
  const notices = ['good', 'bad', 'bad'].map((body, index) => task(`n${index}`, body, company))
  const results = (await made.session.notify?.(notices, counted())) ?? []
  expect(keysOf(results, 'created')).toEqual(['n0'])
  expect(failedOf(results)).toEqual([
    ['n1', kind],
    ['n2', kind],
  ])
  expect(made.crm.control.records('tasks')).toHaveLength(1)
})
