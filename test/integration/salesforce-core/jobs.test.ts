import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../connectors/salesforce/sandbox/control/faults.ts'
import { CREATE } from '../../project/crm-fields.ts'
import { type SalesforceProject, salesforceProject } from '../../project/salesforce-project.ts'
import { startOql } from '../../project/start-oql.ts'

const companies = (count: number) => Array.from({ length: count }, (_, n) => `company-${n}.com`)

/** Accounts in the org by our key, and how many carry one that another has too. */
function keys({ crm: org }: SalesforceProject): { accounts: number; different: number } {
  const held = org.records('Account').flatMap(({ fields }) => fields.OQL_Domain__c ?? [])
  return { accounts: held.length, different: new Set(held).size }
}

const jobsOpened = ({ crm: org }: SalesforceProject) =>
  org.counters().byCall['POST /services/data/v68.0/jobs/ingest'] ?? 0

const uploads = ({ crm: org }: SalesforceProject) =>
  org.counters().byCall['PUT /services/data/v68.0/jobs/ingest/{id}/batches'] ?? 0

describe('many changes', () => {
  it('go as one job: a few calls for five thousand accounts, and then nothing is left to do', async () => {
    const project = await salesforceProject({ mapping: CREATE })
    await project.use(companies(5_000))
    const report = await project.run()
    expect(report).toMatchObject({ status: 'ok', created: 5_000, linked: 5_000, problems: [] })
    expect(report.calls.write).toBe(3)
    expect(keys(project)).toEqual({ accounts: 5_000, different: 5_000 })
    expect(project.crm.counters().records).toMatchObject({ created: 5_000, updated: 0 })

    expect(await project.run()).toMatchObject({ status: 'ok', unchanged: 5_000, calls: { write: 0 } })
  })

  it('are updates as well as creates, and those that are too few for a job go in batches', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    const domains = companies(150)
    for (const domain of domains.slice(0, 130))
      project.crm.insert('Account', { Name: domain, Website: domain })
    await project.use(domains)
    const report = await project.run()
    expect(report).toMatchObject({ status: 'ok', matched: 130, updated: 130, created: 20 })
    expect(jobsOpened(project)).toBe(1)
    expect(report.calls.write).toBe(3 + 1)
    expect(keys(project)).toEqual({ accounts: 150, different: 150 })
  })

  it('record what was refused, and send again in a batch what a job only met in passing', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    const domains = companies(120)
    const inserted = domains.map(domain => project.crm.insert('Account', { Name: domain, Website: domain }))
    await project.use(domains)
    project.crm.poison(({ fields }) => fields.Name === 'company-7.com')
    project.crm.lock(inserted[3]?.id ?? '')
    const report = await project.run()
    expect(report).toMatchObject({ status: 'partial', updated: 119, rejected: 1 })
    expect(jobsOpened(project)).toBe(1)
    const rejections = await project.inState(state => Array.fromAsync(state.rejections.list()))
    expect(rejections).toMatchObject([{ domain: 'company-7.com', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }])
  })

  it('let a few moves of a stage go first, in a batch', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    const [quiet, busy] = [companies(125).slice(0, 5), companies(125).slice(5)]
    await project.use([...quiet, ...busy])
    await project.run()
    project.crm.advance(70 * 86_400_000)
    await project.use(busy, { day: '2027-01-20', times: 3 })
    const order: string[] = []
    project.crm.fault({
      trouble: { kind: 'locked' },
      kind: 'write',
      when: ({ method, path }) => {
        order.push(`${method} ${path.split('/').slice(4, 6).join('/')}`)
        return false
      },
    })
    const report = await project.run('2027-01-25')
    expect(report).toMatchObject({ status: 'ok', updated: 125 })
    expect(order[0]).toBe('PATCH composite/sobjects')
    expect(order.slice(1).every(call => call.endsWith('jobs/ingest'))).toBe(true)
    const inactive = project.crm.records('Account').filter(({ fields }) => fields.OQL_Stage__c === 'inactive')
    expect(inactive).toHaveLength(5)
  })

  it('leave out what a job would take for nothing: a company that is called #N/A goes in a batch', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    await project.use(companies(100))
    await project.use(['na.com'], { name: '#N/A' })
    expect(await project.run()).toMatchObject({ status: 'ok', created: 101, rejected: 0 })
    expect([jobsOpened(project), keys(project).accounts]).toEqual([1, 101])
    const named = project.crm.records('Account').filter(({ fields }) => fields.OQL_Domain__c === 'na.com')
    expect(named.map(({ fields }) => fields.Name)).toEqual(['#N/A'])
    expect(await project.run()).toMatchObject({ unchanged: 101, calls: { write: 0 } })
  })

  it('go in batches where the org opens no job', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    await project.use(companies(120))
    project.crm.fault({ trouble: { kind: 'locked' }, method: 'POST', path: 'jobs/ingest$', every: 1 })
    expect(await project.run()).toMatchObject({ created: 120 })
    expect(uploads(project)).toBe(0)
    expect(keys(project)).toEqual({ accounts: 120, different: 120 })
  })

  it('that a job leaves undone when it fails in the middle are sent in batches', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
    await project.use(companies(150))
    project.crm.stopJob(40)
    expect(await project.run()).toMatchObject({ status: 'ok', created: 150 })
    expect(keys(project)).toEqual({ accounts: 150, different: 150 })
    expect(project.crm.counters().records.created).toBe(150)
  })
})

describe('a job that takes longer than a run waits', () => {
  it('is left to the next run, which plans nothing on top of it and records it once it is done', async () => {
    const project = await salesforceProject({
      org: { unlimited: false, jobMs: 25 * 60_000 },
      mapping: CREATE,
      own: { bulk_threshold: 100 },
    })
    await project.use(companies(150))
    const first = await project.run()
    expect(first).toMatchObject({ status: 'partial', created: 0 })
    expect(first.problems.join()).toMatch(/150 changes are in a job that salesforce has not finished/)

    const second = await project.run()
    expect(second).toMatchObject({ status: 'partial', created: 0, calls: { write: 0 } })
    const third = await project.run()
    expect(third).toMatchObject({ status: 'ok', created: 150, linked: 150, problems: [] })
    expect(jobsOpened(project)).toBe(1)
    expect(project.crm.counters().records.created).toBe(150)
  })
})

describe('a run that is killed', () => {
  const moments: [string, Fault, { uploads: number }][] = [
    [
      'after the job was opened',
      { trouble: { kind: 'reset', at: 'before_commit' }, method: 'PUT', path: 'batches$' },
      { uploads: 2 },
    ],
    [
      'after the job was handed over, before the CRM said so',
      { trouble: { kind: 'reset', at: 'after_commit' }, method: 'PATCH', path: 'jobs/ingest/' },
      { uploads: 1 },
    ],
    [
      'while the job is running',
      { trouble: { kind: 'reset', at: 'before_commit' }, method: 'GET', path: 'jobs/ingest/[^/]+$' },
      { uploads: 1 },
    ],
    [
      'before the results were recorded',
      { trouble: { kind: 'reset', at: 'after_commit' }, method: 'GET', path: 'failedResults' },
      { uploads: 1 },
    ],
  ]

  it.each(moments)(
    '%s: the next run records what was done, and sends nothing twice',
    async (_, fault, sent) => {
      const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 100 } })
      const domains = companies(150)
      await project.use(domains)
      const child = startOql(['sync', '--yes', '--as-of', '2026-11-24', '--config', project.file, '--json'])
      project.crm.fault({
        ...fault,
        when: () => {
          child.kill()
          return true
        },
      })
      await child.ended
      project.crm.clearFaults()
      expect(await project.inState(state => state.tickets.countWaiting('salesforce'))).toBe(150)

      expect(await project.run()).toMatchObject({ status: 'ok', created: 150, linked: 150 })
      expect(uploads(project)).toBe(sent.uploads)
      expect(keys(project)).toEqual({ accounts: 150, different: 150 })
      expect(project.crm.counters().records).toMatchObject({ created: 150, updated: 0, unchanged: 0 })
      expect(await project.inState(state => state.tickets.open('salesforce'))).toEqual([])
      expect(await project.run()).toMatchObject({ unchanged: 150, calls: { write: 0 } })
    },
  )
})
