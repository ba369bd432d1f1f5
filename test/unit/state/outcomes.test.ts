import { beforeEach, expect, test } from 'vitest'
import { type PlannedChange, PRIORITIES, type Priority } from '../../../src/domain/planned-change.ts'
import type { Outcomes } from '../../../src/state/outcomes.ts'
import type { State } from '../../../src/state/state.ts'
import { emptyState } from './empty-state.ts'

const RUN = '01978f2e-0000-7000-8000-000000000001'
const AT = new Date('2025-06-02T00:00:00Z')
let state: State

beforeEach(async () => {
  state = await emptyState()
  await state.runs.begin({ id: RUN, startedAt: AT, asOf: AT, model: { name: 'default', hash: 'abc' } })
})

const change = (domain: string, priority: Priority, remoteId: string | null = '1'): PlannedChange => ({
  connector: 'hubspot',
  kind: 'account',
  key: domain,
  domain,
  object: 'companies',
  remoteId,
  action: remoteId === null ? 'create' : 'update',
  fields: { oql_score: { from: 3, to: 4.5 }, oql_stage: { from: null, to: 'interest' } },
  ifEmpty: ['oql_stage'],
  associate: [],
  why: 'The score moved',
  priority,
})

const outcomes = (changes: Partial<Outcomes>): Outcomes => ({
  runId: RUN,
  connector: 'hubspot',
  at: AT,
  changes: [],
  delivered: [],
  links: [],
  unlinked: [],
  refused: [],
  resolved: [],
  ...changes,
})

const refusal = (domain: string, fieldsHash = 'h1') => ({
  name: domain,
  domain,
  reason: 'Property values were not valid',
  code: 'VALIDATION_ERROR',
  field: 'oql_stage',
  trace: 'c-1',
  fieldsHash,
})

test('changes come in order of worth, over pages, and go as outcomes are recorded', async () => {
  const planned = [
    change('d.com', PRIORITIES.stageChange),
    change('b.com', PRIORITIES.create, null),
    change('c.com', PRIORITIES.create, null),
    change('a.com', PRIORITIES.refresh),
  ]
  await state.changes.plan(RUN, planned.toReversed())
  await state.changes.plan(RUN, [{ ...change('a.com', 0), connector: 'other' }])

  const seen: PlannedChange[] = []
  for await (const page of state.changes.planned(RUN, 'hubspot', 2)) {
    seen.push(...page)
    const done = page.map(({ key, object }) => ({
      key,
      object,
      status: 'written' as const,
      remoteId: '5',
      failure: null,
    }))
    await state.changes.recordOutcomes(RUN, 'hubspot', done)
  }
  expect(seen).toEqual(planned)
  expect(await Array.fromAsync(state.changes.planned(RUN, 'hubspot'))).toEqual([])
  expect(await state.changes.countsByStatus(RUN, 'hubspot')).toMatchObject({ planned: 0, written: 4 })
  expect(await state.changes.countsByStatus(RUN, 'other')).toMatchObject({ planned: 1, written: 0 })
})

test('each change of a batch gets its own outcome; an outcome without a record keeps the one it had', async () => {
  await state.changes.plan(RUN, [change('a.com', 0), change('b.com', 1, null), change('c.com', 2)])
  const failure = { kind: 'invalid', message: 'No such option', field: 'oql_stage' } as const
  await state.changes.recordOutcomes(RUN, 'hubspot', [
    { object: 'companies', key: 'b.com', status: 'created', remoteId: '77', failure: null },
    { object: 'companies', key: 'a.com', status: 'failed', remoteId: null, failure },
  ])
  const list = await Array.fromAsync(state.changes.list(RUN, 'hubspot'))
  expect(list).toEqual([
    { ...change('a.com', 0), runId: RUN, status: 'failed', failure },
    { ...change('b.com', 1, null), runId: RUN, remoteId: '77', status: 'created', failure: null },
    { ...change('c.com', 2), runId: RUN, status: 'planned', failure: null },
  ])
})

test('a batch is recorded everywhere at once', async () => {
  await state.changes.plan(RUN, [change('new.com', 1, null), change('bad.com', 2), change('gone.com', 3)])
  await state.links.put([
    {
      connector: 'hubspot',
      domain: 'gone.com',
      object: 'companies',
      remoteId: '9',
      by: 'domain',
      stamped: true,
    },
  ])
  await state.delivered.put('hubspot', [
    { domain: 'gone.com', object: 'companies', fields: { x: 1 }, asOf: AT },
  ])
  await state.rejections.raise('hubspot', [refusal('new.com')], AT)
  const link = {
    connector: 'hubspot',
    domain: 'new.com',
    object: 'companies',
    remoteId: '5',
    by: 'key',
    stamped: true,
  } as const
  const delivered = { domain: 'new.com', object: 'companies', fields: { oql_score: 4.5 }, asOf: AT }
  await state.recordOutcomes(
    outcomes({
      changes: [{ object: 'companies', key: 'new.com', status: 'created', remoteId: '5', failure: null }],
      delivered: [delivered],
      links: [link],
      unlinked: ['gone.com'],
      refused: [refusal('bad.com')],
      resolved: ['new.com'],
    }),
  )
  const domains = ['new.com', 'bad.com', 'gone.com']
  expect(await state.changes.countsByStatus(RUN, 'hubspot')).toMatchObject({ created: 1, planned: 2 })
  expect(await state.links.get('hubspot', domains)).toEqual(new Map([['new.com', link]]))
  expect(await state.delivered.get('hubspot', domains)).toEqual(new Map([['new.com', delivered]]))
  expect([...(await state.rejections.get('hubspot', domains)).keys()]).toEqual(['bad.com'])
})

test('delivered values are laid over those before, field by field', async () => {
  const later = new Date('2025-06-09T00:00:00Z')
  await state.delivered.put('hubspot', [
    { domain: 'a.com', object: 'companies', fields: { x: 1, y: 'a' }, asOf: AT },
  ])
  await state.delivered.merge('hubspot', [
    { domain: 'a.com', object: 'companies', fields: { y: null, z: true }, asOf: later },
    { domain: 'b.com', object: 'companies', fields: { x: 2 }, asOf: null },
  ])
  await state.delivered.merge('hubspot', [
    { domain: 'a.com', object: 'companies', fields: { w: 0.5 }, asOf: null },
  ])
  expect(await state.delivered.get('hubspot', ['a.com', 'b.com', 'c.com'])).toEqual(
    new Map([
      [
        'a.com',
        { domain: 'a.com', object: 'companies', fields: { x: 1, y: null, z: true, w: 0.5 }, asOf: later },
      ],
      ['b.com', { domain: 'b.com', object: 'companies', fields: { x: 2 }, asOf: null }],
    ]),
  )
})

test('a rejection counts its attempts, is marked by people, and opens again when refused again', async () => {
  await state.rejections.raise('hubspot', [refusal('a.com'), refusal('b.com'), refusal('c.com')], AT)
  expect(await state.rejections.mark(['hubspot/b.com', 'hubspot/typo.com'], 'dismissed')).toEqual([
    'hubspot/b.com',
  ])
  expect(await state.rejections.retryAll()).toBe(2)
  expect((await Array.fromAsync(state.rejections.list(2))).map(each => [each.key, each.status])).toEqual([
    ['hubspot/a.com', 'retry'],
    ['hubspot/b.com', 'dismissed'],
    ['hubspot/c.com', 'retry'],
  ])
  await state.rejections.raise('hubspot', [refusal('a.com', 'h2')], new Date('2025-07-01T00:00:00Z'))
  expect((await state.rejections.get('hubspot', ['a.com'])).get('a.com')).toEqual({
    domain: 'a.com',
    reason: 'Property values were not valid',
    code: 'VALIDATION_ERROR',
    field: 'oql_stage',
    trace: 'c-1',
    fieldsHash: 'h2',
    key: 'hubspot/a.com',
    connector: 'hubspot',
    since: AT,
    attempts: 2,
    status: 'open',
  })
})

test('a connector remembers where it looked and what it called', async () => {
  expect(await state.connectors.get('hubspot')).toEqual({
    account: null,
    seenUntil: null,
    firstRunDone: false,
    matching: null,
    callsByDay: {},
    quota: null,
  })
  await state.connectors.addCalls('hubspot', '2025-06-01', 3)
  await state.connectors.update('hubspot', { quota: { daily: 250_000, timeZone: 'Europe/Berlin' } })
  await state.connectors.update('hubspot', { seenUntil: AT, account: { id: '1', name: 'HubSpot account 1' } })
  await state.connectors.update('hubspot', { firstRunDone: true })
  await state.connectors.addCalls('hubspot', '2025-06-02', 4)
  await state.connectors.addCalls('hubspot', '2025-06-02', 5)
  expect(await state.connectors.get('hubspot')).toEqual({
    account: { id: '1', name: 'HubSpot account 1' },
    seenUntil: AT,
    firstRunDone: true,
    matching: null,
    callsByDay: { '2025-06-01': 3, '2025-06-02': 9 },
    quota: { daily: 250_000, timeZone: 'Europe/Berlin' },
  })
  expect(await state.connectors.get('salesforce')).toMatchObject({ firstRunDone: false })
})

test('open rejections are counted by connector, without those that people dismissed', async () => {
  await state.rejections.raise('hubspot', [refusal('a.com'), refusal('b.com'), refusal('c.com')], AT)
  await state.rejections.raise('salesforce', [refusal('a.com')], AT)
  await state.rejections.mark(['hubspot/a.com', 'salesforce/a.com'], 'dismissed')
  await state.rejections.mark(['hubspot/b.com'], 'retry')
  expect(await state.rejections.countsOpen()).toEqual({ hubspot: 2 })
})

test('what was only read can be dropped, and what was written stays', async () => {
  const held = { object: 'companies', fields: { x: 1 } }
  await state.delivered.put('hubspot', [
    { ...held, domain: 'read.com', asOf: null },
    { ...held, domain: 'written.com', asOf: AT },
  ])
  await state.delivered.put('salesforce', [{ ...held, domain: 'read.com', asOf: null }])
  await state.delivered.removeUnwritten('hubspot')
  expect([...(await state.delivered.get('hubspot', ['read.com', 'written.com'])).keys()]).toEqual([
    'written.com',
  ])
  expect((await state.delivered.get('salesforce', ['read.com'])).size).toBe(1)
})
