import { expect, it } from 'vitest'
import {
  type OrgSetting,
  type SalesforceProject,
  salesforceProject,
} from '../../project/salesforce-project.ts'

const companies = (count: number) => Array.from({ length: count }, (_, n) => `company-${n}.com`)

/** One whose first run, which tells nobody, is over. */
async function settled(mapping: string, setting: OrgSetting = {}): Promise<SalesforceProject> {
  const project = await salesforceProject({ ...setting, mapping: `create: { when: {} }\n${mapping}` })
  await project.use(['known.com'])
  await project.sync('2026-11-02')
  return project
}

it.each(['event', 'task'])(
  'one lost answer for hundreds of notices of type %s is one attempt: all go in the same run',
  async type => {
    const project = await settled(`on_stage_change:\n  - ${type}: { when: {} }`)
    await project.use(companies(250), { day: '2026-11-03' })
    project.crm.fault({
      trouble: { kind: 'reset', at: 'before_commit' },
      method: 'POST',
      path: 'composite/sobjects$',
      times: 1,
    })
    const report = await project.sync('2026-11-05')
    expect(report.notices).toEqual({ delivered: 250, pending: 0, failed: 0, dropped: 0 })
    expect(report.problems).toBeUndefined()
    const told = type === 'event' ? project.crm.events() : project.crm.records('Task')
    const field = type === 'event' ? 'Notice_Id__c' : 'OQL_Notice_Id__c'
    expect(new Set(told.map(({ fields }) => fields[field])).size).toBe(250)
    expect(told).toHaveLength(250)
  },
)

it('more events than an hour takes go in the hours after, for a call or two each time', async () => {
  const project = await settled('on_stage_change:\n  - event: { when: {} }', {
    org: { unlimited: false, hourlyEvents: 100 },
  })
  await project.use(companies(250), { day: '2026-11-03' })
  const first = await project.sync('2026-11-05')
  expect(first.notices).toMatchObject({ delivered: 100, pending: 150, failed: 0 })
  // Accounts in two batches, events in one.
  expect(first.connectors.salesforce?.calls.write).toBe(3)
  const again = await project.sync('2026-11-06')
  expect(again).toMatchObject({ notices: { delivered: 0, pending: 150 } })
  expect(again.connectors.salesforce?.calls.write).toBe(0)
  for (const [asOf, pending] of [
    ['2026-11-07', 50],
    ['2026-11-08', 0],
  ] as const) {
    project.crm.advance(3_600_000)
    expect((await project.sync(asOf)).notices).toMatchObject({ pending, failed: 0 })
  }
  expect(project.crm.events()).toHaveLength(250)
})
