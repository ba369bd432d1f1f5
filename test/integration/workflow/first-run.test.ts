import { expect, it } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import { onlyCrm } from '../../project/memory-project.ts'
import { hook, notifying, outboxProject, settledProject } from './outbox-project.ts'
import { newReceiver } from './receiver.ts'

const TASKS = `create: { when: {} }
on_stage_change:
  - task: { when: {} }
`
const many = Array.from({ length: 2_500 }, (_, n) => `company-${n}.com`)

it('the first run tells nobody, however many accounts are new: it counts them, and keeps nothing', async () => {
  const receiver = await newReceiver()
  const project = await outboxProject([], { main: notifying(hook(receiver.url)) })
  await project.signals('2026-06-02', ...many)
  const report = await project.run('2026-06-03')
  expect(report).toMatchObject({
    status: 'ok',
    notices: { delivered: 0, pending: 0, failed: 0, dropped: many.length },
  })
  expect(await project.notices()).toEqual([])
  expect(receiver.requests).toEqual([])
})

it('on_first_run: notify tells of it', async () => {
  const receiver = await newReceiver()
  const project = await outboxProject([], {
    main: `${notifying(hook(receiver.url))}notices: { on_first_run: notify }\n`,
  })
  await project.signals('2026-06-02', 'acme.com')
  expect((await project.run('2026-06-03')).notices).toMatchObject({ delivered: 1, dropped: 0 })
})

it('a first run that was killed has had its first moves: the next one neither floods nor loses what is new', async () => {
  const receiver = await newReceiver()
  const project = await outboxProject(['crm'], {
    main: notifying(hook(receiver.url)),
    mapping: 'create: { when: {} }',
  })
  await project.signals('2026-06-02', ...many.slice(0, 100))
  onlyCrm(project).beforeWrite = () => ({ kind: 'throws', error: new Error('killed') })
  expect((await project.run('2026-06-03')).status).toBe('failed')
  onlyCrm(project).beforeWrite = () => undefined
  await project.signals('2026-06-04', 'acme.com')
  expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1, dropped: 0 })
  expect(receiver.bodies()).toMatchObject([{ data: { domain: 'acme.com' } }])
})

it('a first run that failed before it remembered anything was none', async () => {
  const receiver = await newReceiver()
  const project = await outboxProject([], {
    main: `${notifying(hook(receiver.url))}guard: { max_staleness: 3d }\n`,
  })
  await project.signals('2026-06-02', 'acme.com')
  await expect(project.run('2026-06-20', { guarded: true })).rejects.toThrow(/max_staleness/)
  expect((await project.run('2026-06-20')).notices).toMatchObject({ delivered: 0, dropped: 1 })
})

it('the first run of a connector makes no tasks, and tells those who wait for no connector', async () => {
  const receiver = await newReceiver()
  const settings = { main: notifying(hook(receiver.url)), mapping: TASKS }
  const project = await outboxProject(['crm'], settings)
  const crm = onlyCrm(project)
  await project.signals('2026-06-02', 'known.com')
  crm.beforeRead = () => ({ kind: 'throws', error: new SessionFault('auth', 'not let in') })
  await project.run('2026-06-03')
  crm.beforeRead = () => undefined
  await project.signals('2026-06-04', 'acme.com')
  expect((await project.run('2026-06-05')).notices).toMatchObject({ delivered: 1, dropped: 1, pending: 0 })
  expect(crm.made).toEqual([])
  await project.signals('2026-06-06', 'beta.com')
  expect((await project.run('2026-06-07')).notices).toMatchObject({ delivered: 2, dropped: 0 })
  expect(crm.made).toHaveLength(1)
})

it('a revert is no run that ends the silence', async () => {
  const project = await outboxProject([], { main: notifying(hook('http://127.0.0.1:9/x')) })
  await project.inState(async state => {
    const at = new Date(project.clock.at)
    await state.runs.begin({
      id: 'revert',
      startedAt: at,
      asOf: at,
      model: { name: 'default', hash: project.config().model.hash },
    })
    await state.runs.finish('revert', { at, status: 'ok', report: null })
  })
  await project.signals('2026-06-02', 'acme.com')
  expect((await project.run('2026-06-03')).notices).toMatchObject({ dropped: 1, pending: 0 })
})

it('the first run under another model tells nobody, and the one after it does', async () => {
  const receiver = await newReceiver()
  const project = await settledProject([], { main: notifying(hook(receiver.url)) })
  const changed = { ...project.config().model, hash: 'another' }
  await project.signals('2026-06-04', 'acme.com')
  expect((await project.run('2026-06-05', { model: changed })).notices).toMatchObject({
    delivered: 0,
    dropped: 1,
  })
  await project.signals('2026-06-06', 'beta.com')
  expect((await project.run('2026-06-07', { model: changed })).notices).toMatchObject({
    delivered: 1,
    dropped: 0,
  })
})
