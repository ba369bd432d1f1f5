import { copyFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { onlyCrm } from '../../project/memory-project.ts'
import { hook, notifying, type OutboxProject, settledProject } from './outbox-project.ts'
import { newReceiver, type Receiver } from './receiver.ts'

const MAPPING = 'create: { when: {} }\non_stage_change:\n  - task: { when: {} }'
/** As people write it who never thought of a lost state. */
const STAGE_ALONE = `
  - { from: stage, to: stage }
  - { from: domain, to: domain, write: on_create }`
/** Uses in so many weeks of two months call for experimentation. */
const BUSY_DAYS = ['2026-04-06', '2026-05-05', '2026-06-06']

interface World {
  project: OutboxProject
  receiver: Receiver
  backUp(): Promise<void>
  restore(): Promise<void>
}

/** acme.com is in the CRM, in an early stage, and the state that knows it so is backed up. */
async function backedUp(fields?: string): Promise<World> {
  const receiver = await newReceiver()
  const other = hook(receiver.url).replace('hook', 'confirmed').replace('true,', 'true, after: crm,')
  const project = await settledProject(['crm'], {
    mapping: MAPPING,
    main: notifying(hook(receiver.url), other),
    ...(fields === undefined ? {} : { fields }),
  })
  await project.signals('2026-06-04', 'acme.com', 'beta.com')
  await project.run('2026-06-05')
  const file = path.join(project.folder, 'state.db')
  const backup = `${file}.backup`
  const backUp = () => copyFile(file, backup)
  const restore = async () => {
    for (const end of ['-wal', '-shm']) await rm(`${file}${end}`, { force: true })
    await copyFile(backup, file)
  }
  await backUp()
  return { project, receiver, backUp, restore }
}

const told = ({ project, receiver }: World) => ({
  tasks: onlyCrm(project).made.length,
  webhooks: new Set(receiver.taken()).size,
})

async function use(project: OutboxProject, domain: string): Promise<void> {
  for (const day of BUSY_DAYS) await project.signals(day, domain)
}

/** acme.com moves up, and everybody hears of it. */
async function moveUp({ project }: World): Promise<void> {
  await use(project, 'acme.com')
  expect((await project.run('2026-06-07')).notices).toMatchObject({ delivered: 3, pending: 0, dropped: 0 })
}

it.each([
  ['with stage_since', undefined],
  ['with the stage alone', STAGE_ALONE],
])('a restored backup tells no stage change twice, %s, and the report says so', async (_, fields) => {
  const world = await backedUp(fields)
  await moveUp(world)
  const before = told(world)
  await world.restore()
  const report = await world.project.run('2026-06-08')
  expect(report.stageChanges.total).toBe(1)
  expect(report.notices).toMatchObject({ delivered: 0, pending: 0, failed: 0, dropped: 3 })
  expect(report.connectors.crm?.problems.join()).toMatch(/3 notices.*held/)
  expect(told(world)).toEqual(before)
  expect(await world.project.notices()).toContainEqual(
    expect.objectContaining({ status: 'dropped', error: expect.stringMatching(/held this stage/) }),
  )
})

it('what moves anew after a backup was restored is told, to everybody', async () => {
  const world = await backedUp()
  await moveUp(world)
  await world.restore()
  const before = told(world)
  await use(world.project, 'beta.com')
  expect((await world.project.run('2026-06-08')).notices).toMatchObject({ delivered: 3, dropped: 3 })
  expect(told(world)).toEqual({ tasks: before.tasks + 1, webhooks: before.webhooks + 2 })
})

it('tasks are looked for before they are made, once a record shows that the state is older', async () => {
  const world = await backedUp()
  await moveUp(world)
  // beta.com moves and is told, and somebody puts its stage back: its record shows nothing any more.
  const crm = onlyCrm(world.project)
  await use(world.project, 'beta.com')
  await world.project.run('2026-06-08')
  const tasks = crm.made.length
  const beta = crm.all().find(({ fields }) => fields.domain === 'beta.com')
  if (beta === undefined) throw new Error('beta.com has no record')
  beta.fields = { ...beta.fields, stage: 'investigation' }
  await world.restore()
  // The same moment gives the same ids.
  await world.project.run('2026-06-08')
  expect(crm.made).toHaveLength(tasks)
})

it('a run that failed once its notices were there, before it looked, leaves that to the next', async () => {
  const world = await backedUp()
  await moveUp(world)
  const before = told(world)
  await world.restore()
  const crm = onlyCrm(world.project)
  crm.beforeRead = () => ({ kind: 'throws', error: new Error('killed') })
  expect((await world.project.run('2026-06-08')).connectors.crm?.status).toBe('failed')
  crm.beforeRead = () => undefined
  await world.project.run('2026-06-09')
  // The channel that waits for no CRM told it when the CRM could not be asked: at least once.
  expect(told(world)).toEqual({ tasks: before.tasks, webhooks: before.webhooks + 1 })
})

it('looks at no record where nothing moved, and at those that moved once', async () => {
  const world = await backedUp()
  const crm = onlyCrm(world.project)
  const reads = crm.counts('read')
  await world.project.run('2026-06-06')
  const quiet = crm.counts('read') - reads
  await moveUp(world)
  expect(crm.counts('read') - reads - quiet).toBe(quiet + 1)
})
