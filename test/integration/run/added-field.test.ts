import { describe, expect, it } from 'vitest'
import { memoryProject, onlyCrm } from '../../project/memory-project.ts'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

const companies = Array.from({ length: 150 }, (_, n) => `company-${n}.com`)
/** Records that one read takes. */
const READ_AT_ONCE = { hubspot: 100, salesforce: 200 } as const

describe.each(CRMS)('%s: a field that the mapping gains', name => {
  it('is read before its first write, a hundred at a time, and a revert puts back what was there', async () => {
    const project = await newSandboxProject(name)
    const { crm } = project
    for (const domain of companies)
      crm.insert({ [crm.name]: domain, [crm.website]: domain, [crm.note]: `of ${domain}` })
    await project.signals('2026-06-02', ...companies)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 150 })
    const before = crm.records()
    crm.resetCounts()
    await project.sync('2026-06-09')
    const quiet = crm.counts().read

    await project.configure(`  - { from: reason, to: ${crm.note}, trigger: true }`)
    const plan = await project.plan('2026-06-09')
    const planned = await Array.fromAsync(plan.changes())
    await plan.close()
    expect(planned).toHaveLength(150)
    for (const { domain, fields } of planned) expect(fields[crm.note]?.from).toBe(`of ${domain}`)

    crm.resetCounts()
    const run = await project.sync('2026-06-09')
    expect(run.connectors.crm).toMatchObject({ status: 'ok', updated: 150, unchanged: 0 })
    expect(crm.counts().read).toBe(quiet + Math.ceil(150 / READ_AT_ONCE[name]))
    for (const fields of crm.records().values()) expect(fields[crm.note]).toMatch(/Investigation/)
    await project.revert(run.runId)
    expect(crm.records()).toEqual(before)
  })

  it('is not written where it holds that already', async () => {
    const project = await newSandboxProject(name)
    const { crm } = project
    const id = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com', [crm.note]: 'acme.com' })
    await project.signals('2026-06-02', 'acme.com')
    await project.sync('2026-06-09')
    await project.configure(`  - { from: domain, to: ${crm.note}, trigger: true }`)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({
      unchanged: 1,
      calls: { write: 0 },
    })
    expect(crm.records().get(id)).toMatchObject({ [crm.note]: 'acme.com' })
  })
})

const TREND = `
  - { from: stage, to: stage }
  - { from: previous_stage, to: kind }
  - { from: name, to: name, write: on_create }
  - { from: domain, to: domain, write: on_create }`

it('costs no read where a record was matched or made by us: what it holds is known', async () => {
  const project = await memoryProject(['crm'], { mapping: 'create: { when: {} }', fields: TREND })
  const crm = onlyCrm(project)
  crm.add({ domain: 'there.com', name: 'There', kind: 'partner' })
  await project.signals('2026-06-02', 'there.com', 'new.com')
  expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ created: 1, matched: 1 })
  crm.requests.length = 0
  const later = await project.sync('2026-09-09')
  expect(later.connectors.crm).toMatchObject({ updated: 2 })
  expect(crm.all().map(({ fields }) => fields.kind)).toEqual(['investigation', 'investigation'])
  expect(crm.requests.filter(({ what }) => what === 'ids')).toEqual([])
})
