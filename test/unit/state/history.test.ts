import { beforeEach, expect, test } from 'vitest'
import type { State } from '../../../src/state/state.ts'
import { account } from './account.ts'
import { emptyState } from './empty-state.ts'

let state: State
beforeEach(async () => {
  state = await emptyState()
})

const day = (number: number) => new Date(Date.UTC(2025, 0, number))
const begin = (id: string, number: number) =>
  state.runs.begin({ id, startedAt: day(number), asOf: day(number), model: { name: 'default', hash: 'h' } })
const end = (id: string, number: number, status: 'ok' | 'partial' | 'failed') =>
  state.runs.finish(id, { at: day(number), status, report: { status } })

test('a run is listed, newest first, with the report that it ended with', async () => {
  await begin('run-1', 1)
  await end('run-1', 2, 'partial')
  await begin('run-2', 3)
  const [second, first] = await state.runs.list(10)
  expect(second).toMatchObject({ id: 'run-2', status: 'running', finishedAt: null, report: null })
  expect(first).toEqual({
    id: 'run-1',
    startedAt: day(1),
    finishedAt: day(2),
    asOf: day(1),
    model: { name: 'default', hash: 'h' },
    status: 'partial',
    remembered: false,
    report: { status: 'partial' },
  })
  expect(await state.runs.get('run-2')).toEqual(second)
  expect(await state.runs.get('run-9')).toBeUndefined()
})

test('the last finished run is one that did something; the last as_of is of one that remembered', async () => {
  expect(await state.runs.lastFinished()).toBeUndefined()
  expect(await state.runs.lastAsOf()).toBeNull()
  await begin('run-1', 1)
  await state.accounts.put([account('acme.com')], 'run-1')
  await end('run-1', 1, 'ok')
  await begin('run-2', 5)
  await state.accounts.put([account('acme.com')], 'run-2')
  await end('run-2', 5, 'failed')
  await begin('run-3', 9)
  await end('run-3', 9, 'failed')
  expect((await state.runs.lastFinished())?.id).toBe('run-1')
  expect(await state.runs.lastAsOf()).toEqual(day(5))
})

test('a run whose process died is failed by the next, and what it did not send is dropped', async () => {
  await begin('dead', 1)
  await state.changes.plan('dead', [change('a.com'), change('b.com')])
  await state.changes.recordOutcomes('dead', 'hubspot', [
    { object: 'companies', key: 'a.com', status: 'written', remoteId: '1', failure: null },
  ])
  expect(await state.runs.failAbandoned(day(2))).toBe(1)
  expect(await state.runs.get('dead')).toMatchObject({ status: 'failed', finishedAt: day(2) })
  const left = await Array.fromAsync(state.changes.list('dead', 'hubspot'))
  expect(left.map(each => each.domain)).toEqual(['a.com'])
  expect(await state.runs.failAbandoned(day(3))).toBe(0)
})

const change = (domain: string) => ({
  connector: 'hubspot',
  kind: 'account' as const,
  key: domain,
  domain,
  object: 'companies',
  remoteId: '1',
  action: 'update' as const,
  fields: { oql_stage: { from: null, to: 'interest' } },
  ifEmpty: [],
  associate: [],
  why: 'New',
  priority: 0 as const,
})

test('moves are found by run, by account and by kind', async () => {
  const first = {
    domain: 'a.com',
    at: day(1),
    runId: 'run-1',
    from: null,
    to: 'interest',
    direction: 'first',
    reason: 'New',
  } as const
  const up = {
    ...first,
    at: day(8),
    runId: 'run-2',
    from: 'interest',
    to: 'investigation',
    direction: 'up',
  } as const
  const other = { ...up, domain: 'b.com' }
  const third = { ...first, domain: 'c.com', at: day(8), runId: 'run-2' }
  const risk = {
    domain: 'b.com',
    at: day(8),
    runId: 'run-2',
    from: null,
    to: 'high',
    reason: 'Quiet',
  } as const
  await state.moves.add({ stages: [first], risks: [] })
  await state.moves.add({ stages: [third, other, up], risks: [risk] })

  expect(await Array.fromAsync(state.moves.stagesOfRun('run-2', 2))).toEqual([up, other, third])
  expect(await Array.fromAsync(state.moves.risksOfRun('run-2'))).toEqual([risk])
  expect(await state.moves.historyOf('a.com')).toEqual([first, up])
  expect(await state.moves.countsByMove('run-2')).toEqual([
    { from: 'interest', to: 'investigation', direction: 'up', accounts: 2 },
    { from: null, to: 'interest', direction: 'first', accounts: 1 },
  ])

  await state.moves.removeOfRun('run-2', ['a.com', 'b.com'])
  expect(await Array.fromAsync(state.moves.stagesOfRun('run-2'))).toEqual([third])
  expect(await state.moves.historyOf('a.com')).toEqual([first])
})

test('retention drops old changes and runs, but never the run that the accounts stand at', async () => {
  for (const number of [1, 2, 3]) await begin(`run-${number}`, number)
  await state.accounts.put([account('acme.com')], 'run-1')
  for (const number of [1, 2, 3]) {
    await state.changes.plan(`run-${number}`, [change('acme.com')])
    await end(`run-${number}`, number, 'ok')
  }
  await state.prune({ runs: day(3), changes: day(2), notices: day(2) })
  expect((await state.runs.list(10)).map(run => run.id)).toEqual(['run-3', 'run-1'])
  expect(await state.runs.lastAsOf()).toEqual(day(1))
  expect(await state.changes.connectorsOf('run-1')).toEqual([])
  expect(await state.changes.connectorsOf('run-3')).toEqual(['hubspot'])
})

test('a transaction that throws leaves nothing, and nested work joins it', async () => {
  const broken = state.transaction(async inside => {
    await inside.transaction(async nested => nested.accounts.put([account('acme.com')], 'run-1'))
    expect((await inside.accounts.get(['acme.com'])).size).toBe(1)
    throw new Error('no')
  })
  await expect(broken).rejects.toThrow('no')
  expect(await Array.fromAsync(state.accounts.byDomain())).toEqual([])
})
