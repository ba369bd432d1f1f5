import { expect, it } from 'vitest'
import { type MemoryProject, memoryProject, onlyCrm, WITHOUT_TIES } from '../../project/memory-project.ts'

const TASKS = 'on_stage_change: [ { task: { when: {} } } ]'
const CREATE = `create: { when: { score: ">= 0" } }\n${TASKS}`
const NO_CREATE = `create: { when: { score: ">= 1000000" } }\n${TASKS}`

const keysOf = (project: MemoryProject) =>
  project.inState(async state =>
    (await Array.fromAsync(state.rejections.list())).map(({ key, status }) => `${key} ${status}`),
  )

/** Records of acme.com are refused, whatever is written there. */
async function refused(setting: Parameters<typeof memoryProject>[1], isThere: boolean) {
  const project = await memoryProject(['crm'], setting)
  const crm = onlyCrm(project)
  if (isThere) crm.add({ domain: 'acme.com', name: 'Acme' })
  crm.poisoned = fields =>
    fields.stage !== undefined ? { kind: 'invalid', message: 'no stages here' } : undefined
  await project.signals('2026-06-02', 'acme.com')
  await project.sync('2026-06-09')
  expect(await keysOf(project)).toEqual(['crm/acme.com open'])
  return { project, crm }
}

it('a create that was refused and is wanted no more is no rejection, and what waits on it goes on', async () => {
  const { project } = await refused({ mapping: CREATE }, false)
  await project.sync('2026-09-09')
  expect(await project.inState(state => state.notices.count('pending'))).toBe(1)
  await project.configure({ mapping: NO_CREATE })
  const report = await project.sync('2026-09-10')
  expect(await keysOf(project)).toEqual([])
  expect(report.notices).toMatchObject({ pending: 0, dropped: 1 })
})

it('a change that was refused and stands there by now is no rejection, and its notice goes out', async () => {
  const { project, crm } = await refused({ mapping: TASKS }, true)
  await project.sync('2026-09-09')
  expect(await keysOf(project)).toEqual(['crm/acme.com open'])
  expect(await project.inState(state => state.notices.count('pending'))).toBe(1)
  // The mapping writes no stage any more; what else it writes is there.
  await project.configure({ mapping: TASKS, fields: '\n  - { from: name, to: name, write: on_create }' })
  await project.inState(async state => {
    const link = (await state.links.get('crm', ['acme.com'])).get('acme.com')
    if (link !== undefined) await state.links.put([{ ...link, stamped: true }])
  })
  const report = await project.sync('2026-09-10')
  expect(await keysOf(project)).toEqual([])
  expect(report.notices).toMatchObject({ pending: 0, delivered: 1 })
  expect(crm.made).toHaveLength(1)
})

it('one that is refused still, or was dismissed, stays', async () => {
  const { project } = await refused({ mapping: CREATE }, false)
  await project.sync('2026-06-10')
  expect(await keysOf(project)).toEqual(['crm/acme.com open'])
  await project.inState(state => state.rejections.mark(['crm/acme.com'], 'dismissed'))
  await project.configure({ mapping: NO_CREATE })
  await project.sync('2026-06-11')
  expect(await keysOf(project)).toEqual(['crm/acme.com dismissed'])
})

const LEADS = `create: { when: {} }
leads: { when: { stage: investigation }, fields: [ { from: name, to: name } ] }`
const NO_LEADS = LEADS.replace('investigation', 'ongoing_usage')

it.each([
  ['its condition holds no more', NO_LEADS],
  ['the mapping makes none any more', 'create: { when: {} }'],
])('a lead that was refused is no rejection once %s', async (_, mapping) => {
  const project = await memoryProject(['crm'], { mapping: LEADS, use: WITHOUT_TIES })
  const crm = onlyCrm(project)
  crm.poisoned = fields => ('lead_key' in fields ? { kind: 'invalid', message: 'no leads here' } : undefined)
  await project.signals('2026-06-02', 'acme.com')
  await project.sync('2026-06-09')
  expect(await keysOf(project)).toEqual(['crm/acme.com#1 open'])
  await project.sync('2026-06-10')
  expect(await keysOf(project)).toEqual(['crm/acme.com#1 open'])
  await project.configure({ mapping, use: WITHOUT_TIES })
  await project.sync('2026-06-11')
  expect(await keysOf(project)).toEqual([])
})
