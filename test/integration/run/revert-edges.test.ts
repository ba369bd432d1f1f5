import { pino } from 'pino'
import { expect, it } from 'vitest'
import { revert } from '../../../src/run/revert.ts'
import type { RunSurroundings } from '../../../src/run/surroundings.ts'
import { type MemoryProject, memoryProject, onlyCrm } from '../../project/memory-project.ts'
import { NOW } from './sandbox-project.ts'

const reverting = (project: MemoryProject, runId: string) => {
  const config = project.config()
  const run: RunSurroundings = {
    config,
    model: config.model,
    asOf: NOW,
    clock: { now: () => NOW.getTime(), sleep: async () => undefined },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
  }
  return revert(run, runId)
}

const fieldsOf = (project: MemoryProject) =>
  onlyCrm(project)
    .all()
    .map(({ fields }) => ({ ...fields }))

it('of accounts that share a record puts it back, whoever speaks for it by now', async () => {
  const project = await memoryProject(['crm'])
  const crm = onlyCrm(project)
  crm.add({ domain: 'one.com', more_domains: 'two.com' })
  const before = fieldsOf(project)
  await project.signals('2026-06-02', 'one.com', 'two.com')
  const run = await project.sync('2026-06-09')
  expect(run.connectors.crm).toMatchObject({ updated: 1, shared: 1 })
  const after = fieldsOf(project)
  await project.inState(async state => {
    const [held] = (await state.delivered.get('crm', ['one.com', 'two.com'])).values()
    if (held === undefined) throw new Error('one of them speaks')
    const other = held.domain === 'one.com' ? 'two.com' : 'one.com'
    await state.delivered.put('crm', [{ ...held, domain: other }])
    await state.delivered.remove('crm', [held.domain])
  })
  await reverting(project, run.runId)
  expect(fieldsOf(project)).toEqual(before.map(fields => expect.objectContaining(empty(fields))))
  await project.sync('2026-06-09')
  expect(fieldsOf(project)).toEqual(after)
})

/** Cleared is null to the reference CRM. */
const empty = (fields: object) => ({ ...fields, stage: null, score: null, oql_key: null })

it('of an account that the config left out puts its fields back on the record, and brings no link back', async () => {
  const project = await memoryProject(['crm'])
  onlyCrm(project).add({ domain: 'acme.com' })
  await project.signals('2026-06-02', 'acme.com')
  await project.sync('2026-06-09')
  const before = fieldsOf(project)
  await project.configure({ store: '  exclude: { domains: [acme.com] }' })
  const run = await project.sync('2026-06-10')
  expect(run.accounts.retired).toBe(1)
  expect(fieldsOf(project)).not.toEqual(before)
  expect(await reverting(project, run.runId)).toMatchObject({
    status: 'ok',
    connectors: { crm: { updated: 1 } },
  })
  expect(fieldsOf(project)).toEqual(before)
  expect(await project.inState(state => state.links.count('crm'))).toBe(0)
})

it('of a record that was merged puts the one back that it became, and its link goes along', async () => {
  const project = await memoryProject(['crm'])
  const crm = onlyCrm(project)
  const old = crm.add({ domain: 'acme.com' })
  await project.signals('2026-06-02', 'acme.com')
  const run = await project.sync('2026-06-09')
  const wrote = { ...crm.find(old)?.fields }
  const now = crm.merge(old, crm.add({ ...wrote }))
  expect(await reverting(project, run.runId)).toMatchObject({
    connectors: { crm: { updated: 1, skipped: 0 } },
  })
  expect(crm.find(now)?.fields).toMatchObject({ stage: null, oql_key: null, domain: 'acme.com' })
  const links = await project.inState(state => state.links.get('crm', ['acme.com']))
  expect(links.get('acme.com')).toMatchObject({ remoteId: now, stamped: false })
  await project.sync('2026-06-09')
  expect(crm.find(now)?.fields).toMatchObject(wrote)
})

it('that the CRM refuses is told with its reason, leaves no rejection, and goes on later', async () => {
  const project = await memoryProject(['crm'])
  const crm = onlyCrm(project)
  for (const domain of ['acme.com', 'beta.com']) crm.add({ domain })
  await project.signals('2026-06-02', 'acme.com', 'beta.com')
  const run = await project.sync('2026-06-09')
  const wrote = fieldsOf(project)
  crm.poisoned = ({ stage }) => (stage === null ? { kind: 'invalid', message: 'not today' } : undefined)
  expect(await reverting(project, run.runId)).toMatchObject({
    status: 'partial',
    connectors: {
      crm: {
        updated: 0,
        rejected: 2,
        problems: ['2 changes were refused by crm: acme.com (not today), beta.com (not today)'],
      },
    },
  })
  expect(fieldsOf(project)).toEqual(wrote)
  expect(await project.inState(state => Array.fromAsync(state.rejections.list()))).toEqual([])
  crm.poisoned = () => undefined
  expect(await reverting(project, run.runId)).toMatchObject({
    status: 'ok',
    connectors: { crm: { updated: 2 } },
  })
  expect(fieldsOf(project)).not.toEqual(wrote)
})

it('of a connector that the config does not have any more says so', async () => {
  const project = await memoryProject(['one', 'two'], { mapping: 'create: { when: {} }' })
  await project.signals('2026-06-02', 'acme.com')
  const run = await project.sync('2026-06-09')
  const { two: _, ...connectors } = project.config().connectors
  const without = { ...project, config: () => ({ ...project.config(), connectors }) }
  expect(await reverting(without, run.runId)).toMatchObject({
    status: 'partial',
    connectors: {
      one: { status: 'ok', updated: 1 },
      two: { status: 'failed', problems: [expect.stringContaining('two is not in the config any more')] },
    },
  })
})

it('of a refresh is followed by another: what rides along is due at once', async () => {
  const fields = `
  - { from: stage, to: stage }
  - { from: score, to: score, trigger: false }`
  const project = await memoryProject(['crm'], { fields })
  onlyCrm(project).add({ domain: 'acme.com' })
  await project.signals('2026-06-02', 'acme.com')
  await project.sync('2026-06-09')
  await project.signals('2026-06-15', 'acme.com')
  const run = await project.sync('2026-06-17')
  expect(run).toMatchObject({ stageChanges: { total: 0 }, connectors: { crm: { updated: 1 } } })
  const after = fieldsOf(project)
  await reverting(project, run.runId)
  expect(fieldsOf(project)).not.toEqual(after)
  expect((await project.sync('2026-06-17')).connectors.crm).toMatchObject({ updated: 1 })
  expect(fieldsOf(project)).toEqual(after)
})
