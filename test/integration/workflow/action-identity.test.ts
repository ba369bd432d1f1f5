import { expect, it } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import { crmChannels } from '../../../src/plan/notices/channels.ts'
import { retryNotices } from '../../../src/run/notices/retry-notices.ts'
import { onlyCrm } from '../../project/memory-project.ts'
import { DAY_MS, type OutboxProject, settledProject } from './outbox-project.ts'

const setting = (...actions: string[]) => ({
  mapping: `create: { when: {} }\non_stage_change:\n${actions.map(one => `  - ${one}`).join('\n')}`,
})
const ALWAYS = 'task: { when: {}, subject: "always" }'
const FIRST = 'task: { when: { direction: first }, subject: "first" }'
const NOTE = 'note: { when: {} }'

/** A project in which one notice of each action waits, because the CRM let nobody in when it was to be told. */
async function waiting(...actions: string[]): Promise<OutboxProject> {
  const project = await settledProject(['crm'], setting(...actions))
  const crm = onlyCrm(project)
  crm.beforeNotify = () => ({ kind: 'throws', error: new SessionFault('quota', 'the day is used up') })
  await project.signals('2026-06-04', 'acme.com')
  expect((await project.run('2026-06-05')).notices).toMatchObject({ pending: actions.length })
  crm.beforeNotify = () => undefined
  return project
}

const told = (project: OutboxProject) =>
  onlyCrm(project).made.map(notice => ('subject' in notice ? notice.subject : notice.type))

async function runsAs(project: OutboxProject, ...actions: string[]) {
  await project.configure(setting(...actions))
  const { notices } = await project.run('2026-06-06')
  expect(notices).toMatchObject({ pending: 0, failed: 0 })
  expect((await project.run('2026-06-07')).notices).toMatchObject({ delivered: 0, pending: 0 })
}

it.each([
  ['before it', [FIRST, ALWAYS]],
  ['of another type before it', [NOTE, ALWAYS]],
  ['behind it', [ALWAYS, FIRST]],
])('what waits for an action is told by that action, when another one was put %s', async (_, actions) => {
  const project = await waiting(ALWAYS)
  await runsAs(project, ...actions)
  expect(told(project)).toEqual(['always'])
})

it('the order of a list says nothing', async () => {
  const project = await waiting(ALWAYS, FIRST)
  await runsAs(project, FIRST, ALWAYS)
  expect(told(project).sort()).toEqual(['always', 'first'])
})

it('words, times and owners may change: what waits is told in the new ones', async () => {
  const project = await waiting(ALWAYS, FIRST)
  await runsAs(project, FIRST, 'task: { when: {}, subject: "mended", due_in: 3d }')
  expect(told(project).sort()).toEqual(['first', 'mended'])
})

it('a name may be given later, and keeps what waits through any change', async () => {
  const project = await waiting(FIRST, 'task: { name: every, when: {}, subject: "every" }')
  await runsAs(
    project,
    'task: { name: greet, when: { direction: first }, subject: "greet" }',
    'task: { name: every, when: { to: [interest, investigation] }, subject: "changed" }',
  )
  expect(told(project).sort()).toEqual(['changed', 'greet'])
})

it('the only action of its type is the one, whatever its condition became', async () => {
  const project = await waiting(ALWAYS)
  await runsAs(project, 'task: { when: { direction: [first, up] }, subject: "narrower" }', NOTE)
  expect(told(project)).toEqual(['narrower'])
})

it('what waited for an action that is gone is no second notice of another one', async () => {
  const project = await waiting(FIRST, ALWAYS)
  await project.configure(setting(ALWAYS))
  expect((await project.run('2026-06-06')).notices).toMatchObject({ delivered: 1, pending: 1 })
  expect(told(project)).toEqual(['always'])
  project.clock.at += 8 * DAY_MS
  expect((await project.run('2026-06-07')).notices).toMatchObject({ delivered: 0, pending: 0, dropped: 1 })
})

it.each(['pending', 'failed'] as const)(
  'what an earlier version kept by place, %s, goes out once, by the action at that place',
  async status => {
    const project = await waiting(FIRST, ALWAYS)
    const at = new Date(project.clock.at)
    const kept = await project.notices()
    await project.inState(async state => {
      const [first, always] = crmChannels(project.config())
      for (const [place, action] of [first, always].entries()) {
        if (action !== undefined) await state.notices.rename(action, `crm:task:${place}`)
      }
      if (status === 'pending') return
      await state.notices.record(
        kept.map(({ id }) => ({ id, status, error: 'no' })),
        at,
      )
    })
    if (status === 'failed') await retryNotices(project.config(), 'all', at)
    expect((await project.notices()).map(({ channel }) => channel).sort()).toEqual([
      'crm:task:0',
      'crm:task:1',
    ])
    expect((await project.run('2026-06-06')).notices).toMatchObject({ delivered: 2, pending: 0 })
    expect((await project.run('2026-06-07')).notices).toMatchObject({ delivered: 0, pending: 0 })
    expect(told(project).sort()).toEqual(['always', 'first'])
    expect(
      onlyCrm(project)
        .made.map(({ id }) => id)
        .sort(),
    ).toEqual(kept.map(({ id }) => id).sort())
  },
)

it('two actions of one name are an error of the mapping', async () => {
  const project = await settledProject(['crm'], setting(ALWAYS))
  const twice = 'task: { name: greet, when: {} }'
  await expect(project.configure(setting(twice, twice))).rejects.toThrow(
    /on_stage_change\[1\]\.task\.name.*item \[0\] has it too/,
  )
  await expect(project.configure(setting('task: { name: "a:b", when: {} }'))).rejects.toThrow(/letters/)
})
