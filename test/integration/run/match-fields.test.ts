import { describe, expect, it } from 'vitest'
import { check } from '../../../src/run/check/check.ts'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

const FIELDS = {
  hubspot: {
    wrongBy: 'domian',
    by: 'domain',
    type: 'type',
    wrongType: 'tpye',
    parent: 'hs_parent_company_id',
  },
  salesforce: { wrongBy: 'website', by: 'Website', type: 'Type', wrongType: 'Tpye', parent: 'ParentId' },
} as const

describe.each(CRMS)('what matching goes by in %s', name => {
  const { wrongBy, by, type, wrongType, parent } = FIELDS[name]

  it.each([
    ['by', `by: ${wrongBy}`, wrongBy, by],
    ['skip', `by: ${by}, skip: { ${wrongType}: [PARTNER] }`, wrongType, type],
    ['prefer', `by: ${by}, prefer: [ { empty: ${parent}x } ]`, `${parent}x`, parent],
    ['prefer', `by: ${by}, prefer: [ oldest, { set: ${parent}x } ]`, `${parent}x`, parent],
  ])('%s names no field that is not there: %s', async (key, match, wrong, right) => {
    const project = await newSandboxProject(name)
    const { crm } = project
    crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
    await project.signals('2026-06-02', 'acme.com')
    await project.configure('', { match })
    const before = crm.records()
    crm.resetCounts()

    const { ok, problems } = await check(project.surroundings('2026-06-09'))
    expect(ok).toBe(false)
    expect(problems).toMatchObject([
      {
        code: 'missing_field',
        message: expect.stringMatching(new RegExp(`${wrong}.*match\\.${key}.*not there`)),
        hint: expect.stringContaining(`did you mean ${right}?`),
      },
    ])
    const plan = await project.plan('2026-06-09')
    expect(plan.report.connectors.crm).toMatchObject({ status: 'failed', created: 0 })
    await plan.close()
    const { connectors } = await project.sync('2026-06-09')
    expect(connectors.crm).toMatchObject({ status: 'failed', created: 0, linked: 0 })
    expect(connectors.crm?.problems[0]).toContain(right)
    expect(crm.records()).toEqual(before)
    expect(crm.counts().write).toBe(0)
  })

  it('says which values of skip are no options, and goes on', async () => {
    const project = await newSandboxProject(name)
    const { crm } = project
    crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
    await project.signals('2026-06-02', 'acme.com')
    const option = name === 'hubspot' ? 'PARTNER' : 'Partner'
    await project.configure('', { match: `by: ${by}, skip: { ${type}: [${option}, Partnr] }` })
    const { ok, warnings } = await check(project.surroundings('2026-06-09'))
    expect(ok).toBe(true)
    expect(warnings.filter(({ code }) => code === 'unknown_option')).toMatchObject([
      {
        code: 'unknown_option',
        message: expect.stringMatching(/match\.skip.*Partnr/),
        hint: expect.stringContaining(`did you mean ${option}?`),
      },
    ])
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ status: 'ok', linked: 1 })
  })
})

it('takes the path to a related record, as Salesforce reads it, and no path that leads nowhere', async () => {
  const project = await newSandboxProject('salesforce')
  const { crm } = project
  await project.signals('2026-06-02', 'acme.com')
  crm.insert({ Name: 'Acme', Website: 'acme.com' })
  await project.configure('', { match: 'by: Website, skip: { Owner.Name: [Nobody] }' })
  expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ status: 'ok', linked: 1 })
  await project.configure('', { match: 'by: Website, skip: { Ownr.Name: [Nobody] }' })
  const { problems } = await check(project.surroundings('2026-06-09'))
  expect(problems).toMatchObject([{ code: 'missing_field' }])
})
