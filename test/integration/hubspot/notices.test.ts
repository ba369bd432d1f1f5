import { expect, test } from 'vitest'
import type { Company, Notice, Result, Session } from '../../../src/contract/index.ts'
import { companiesIn, counted, only, ready, type World, world } from './world.ts'

const KEY = 'oql_notice_id'
const TYPES = ['task', 'note'] as const
const OBJECTS = { task: 'tasks', note: 'notes' } as const

type Made = (typeof TYPES)[number]

function notice(type: Made, id: string, company: Company, more: Partial<{ mayExist: boolean }> = {}): Notice {
  const record = { object: company.object, remoteId: company.remoteId }
  const words = { subject: `Acme <moved> ${id}`, body: 'Line 1\nLine 2 & more' }
  const common = { id, mayExist: false, record, ...words, ...more }
  return type === 'task'
    ? { ...common, type, dueAt: new Date('2026-11-25T09:00:00Z'), owner: '12345' }
    : { ...common, type, at: new Date('2026-11-24T12:00:00Z') }
}

const notify = (session: Session, notices: Notice[]): Promise<Result[]> => {
  if (session.notify === undefined) throw new Error('no notices')
  return session.notify(notices, counted())
}

const idsIn = ({ crm }: World, type: Made) =>
  crm.control.records(OBJECTS[type]).map(({ properties }) => properties[KEY])

test('a task stands on its company, for its owner, due when it should be', async () => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  const result = only(await notify(made.session, [notice('task', 'n-1', company)]))
  const { id, properties } = only(made.crm.control.records('tasks'))
  expect(result).toEqual({ key: 'n-1', status: 'created', remoteId: id })
  expect(properties).toMatchObject({
    [KEY]: 'n-1',
    hs_timestamp: '2026-11-25T09:00:00.000Z',
    hs_task_subject: 'Acme <moved> n-1',
    hs_task_body: 'Line 1<br>Line 2 &amp; more',
    hs_task_status: 'NOT_STARTED',
    hubspot_owner_id: '12345',
  })
  expect(made.crm.control.associated('tasks', id, 'companies')).toEqual([
    { id: company.remoteId, types: [192] },
  ])
})

test('a note stands on its company, its subject above its body', async () => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  await notify(made.session, [notice('note', 'n-1', company)])
  const { id, properties } = only(made.crm.control.records('notes'))
  expect(properties).toMatchObject({
    [KEY]: 'n-1',
    hs_timestamp: '2026-11-24T12:00:00.000Z',
    hs_note_body: '<strong>Acme &lt;moved&gt; n-1</strong><br>Line 1<br>Line 2 &amp; more',
  })
  expect(made.crm.control.associated('notes', id, 'companies')).toEqual([
    { id: company.remoteId, types: [190] },
  ])
})

test.each(TYPES)('a %s whose answer was lost is found again by its id, though search lags', async type => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  const notices = ['n-1', 'n-2'].map(id => notice(type, id, company))
  made.crm.control.fault({ trouble: { kind: 'html_502', at: 'after_commit' }, path: 'batch/create' })
  const lost = await notify(made.session, notices)
  expect(lost.map(result => result.status === 'failed' && result.failure.kind)).toEqual([
    'unknown_outcome',
    'unknown_outcome',
  ])
  const again = [...notices, notice(type, 'n-3', company)].map(one => ({ ...one, mayExist: true }))
  const results = await notify(await made.again(), again)
  expect(new Map(results.map(({ key, status }) => [key, status]))).toEqual(
    new Map([
      ['n-1', 'written'],
      ['n-2', 'written'],
      ['n-3', 'created'],
    ]),
  )
  expect(idsIn(made, type)).toEqual(['n-1', 'n-2', 'n-3'])
  expect(made.crm.control.counters()).toMatchObject({ created: { [OBJECTS[type]]: 3 }, search: 0 })
})

test.each(TYPES)('a %s that is said to be new and is there is not made again', async type => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  const [first] = await notify(made.session, [notice(type, 'n-1', company)])
  if (first?.status !== 'created') throw new Error('it was not made')
  const results = await notify(
    made.session,
    ['n-1', 'n-2'].map(id => notice(type, id, company)),
  )
  expect(results).toEqual(
    expect.arrayContaining([
      { key: 'n-1', status: 'written', remoteId: first.remoteId },
      expect.objectContaining({ key: 'n-2', status: 'created' }),
    ]),
  )
  expect(idsIn(made, type)).toEqual(['n-1', 'n-2'])
})

test.each(TYPES)('without our property a %s is found among those of its company', async type => {
  const made = await world()
  const [acme, beta] = companiesIn(made, 'acme.com', 'beta.com')
  if (acme === undefined || beta === undefined) throw new Error('two were made')
  const notices = [notice(type, 'n-1', acme), notice(type, 'n-2', acme)]
  made.crm.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, path: 'batch/create' })
  await notify(made.session, notices)
  const again = [...notices, notice(type, 'n-1b', beta)].map(one => ({ ...one, mayExist: true }))
  const results = await notify(await made.again(), again)
  expect(new Map(results.map(({ key, status }) => [key, status]))).toEqual(
    new Map([
      ['n-1', 'written'],
      ['n-2', 'written'],
      ['n-1b', 'created'],
    ]),
  )
  expect(made.crm.control.records(OBJECTS[type])).toHaveLength(3)
})

test('a lookup that fails makes nothing, and the notices are tried another time', async () => {
  const made = await ready()
  const company = only(companiesIn(made, 'acme.com'))
  made.crm.control.fault({ trouble: { kind: 'unavailable' }, path: 'batch/read' })
  const results = await notify(made.session, [
    notice('task', 'n-1', company, { mayExist: true }),
    notice('task', 'n-2', company),
  ])
  expect(results).toMatchObject([
    { key: 'n-1', failure: { kind: 'transient' } },
    { key: 'n-2', failure: { kind: 'transient' } },
  ])
  expect(made.crm.control.records('tasks')).toEqual([])
})

test('a task for a company that is no more hurts only itself', async () => {
  const made = await ready()
  const [gone, acme] = companiesIn(made, 'gone.com', 'acme.com')
  if (gone === undefined || acme === undefined) throw new Error('two were made')
  made.crm.control.archive('companies', gone.remoteId)
  const results = await notify(made.session, [notice('task', 'n-1', gone), notice('task', 'n-2', acme)])
  expect(results).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ key: 'n-1', status: 'failed' }),
      expect.objectContaining({ key: 'n-2', status: 'created' }),
    ]),
  )
  expect(idsIn(made, 'task')).toEqual(['n-2'])
})
