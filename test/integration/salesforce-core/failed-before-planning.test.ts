import { expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { salesforceProject } from '../../project/salesforce-project.ts'

const companies = Array.from({ length: 120 }, (_, n) => `company-${n}.com`)
const TASKS = `${CREATE}
on_stage_change: [ { task: { when: {} } } ]`

it('a part that recorded a job and could not plan tells of no stage and forgets no account', async () => {
  const project = await salesforceProject({
    org: { unlimited: false, jobMs: 25 * 60_000 },
    mapping: TASKS,
    own: { bulk_threshold: 100 },
  })
  const { crm: org } = project
  org.advance(70 * 86_400_000)
  await project.use(companies)
  org.poison(({ fields }) => fields.Name === 'company-7.com')
  expect(await project.run()).toMatchObject({ status: 'partial', created: 0 })

  // The job is done, with a refusal; every stage has moved by then, and what is new can't be asked.
  org.advance(30 * 60_000)
  await project.configure({ store: '  exclude: { domains: [company-9.com] }' })
  let wereCollected = false
  org.fault({
    trouble: { kind: 'rate_limit', policy: 'daily' },
    every: 1,
    when: ({ path }) => {
      if (path.endsWith('failedResults')) wereCollected = true
      return wereCollected && path.endsWith('/query')
    },
  })
  const failed = await project.run('2027-01-25')
  expect(failed).toMatchObject({ status: 'failed', created: 119, rejected: 1 })
  org.clearFaults()
  expect(org.records('Task')).toEqual([])
  const retired = await project.inState(state => state.accounts.retiredOf(['company-9.com']))
  expect([...retired]).toEqual(['company-9.com'])

  const next = await project.run('2027-01-26')
  expect(next).toMatchObject({ status: 'partial' })
  expect(next.problems.join()).toMatch(/in a job/)
  // The one that was refused stands alone, and goes in a batch.
  expect(org.records('Task').map(({ fields }) => fields.Subject)).toEqual(['company-7.com reached Inactive'])
  org.advance(30 * 60_000)
  expect(await project.run('2027-01-27')).toMatchObject({ status: 'ok' })
  expect(org.records('Task')).toHaveLength(119)
  const nine = org.records('Account').find(({ fields }) => fields.Website === 'company-9.com')
  expect(nine?.fields.OQL_Stage__c ?? null).toBeNull()
})
