import { describe, expect, it } from 'vitest'
import { DEFAULT_USERS } from '../../../connectors/salesforce/sandbox/options.ts'
import { CREATE } from '../../project/crm-fields.ts'
import { type SalesforceProject, salesforceProject } from '../../project/salesforce-project.ts'

const leads = (over = '') =>
  `${CREATE}
leads:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  owner: record
  fallback_owner: "0055g00000Sal02AAB"
  fields: [ { from: stage, to: OQL_Stage__c }, { from: points, to: OQL_Points__c, trigger: true, min_change: 10 } ]
${over}`

const person = (id: string, name: string, active: boolean) => ({
  id,
  username: `${name}@sales.example`,
  name,
  email: `${name}@sales.example`,
  active,
  minimal: false,
  admin: false,
})
const USERS = [
  ...DEFAULT_USERS,
  person('0055g00000Sal01AAB', 'ann', true),
  person('0055g00000Sal02AAB', 'bob', true),
  person('0055g00000Sal03AAB', 'gone', false),
]

const withLeads = (over = '') => salesforceProject({ mapping: leads(over), org: { users: USERS } })
const made = ({ crm: org }: SalesforceProject) => org.records('Lead').map(({ fields }) => fields)
const ours = (project: SalesforceProject) => made(project).filter(lead => lead.OQL_Lead_Key__c !== undefined)

describe('a lead beside a linked account', () => {
  it('is made once, with its key, its names, the mapped values and the owner of the account', async () => {
    const project = await withLeads()
    project.crm.insert('Account', { Name: 'Acme', Website: 'acme.com', OwnerId: '0055g00000Sal01AAB' })
    await project.use(['acme.com'])
    expect((await project.plan()).leads).toEqual({ made: 1, updated: 0, open: 0, notMade: {} })
    expect(made(project)).toEqual([])
    expect(await project.run()).toMatchObject({
      status: 'ok',
      leads: { made: 1, updated: 0, open: 1, notMade: {} },
    })
    expect(made(project)).toMatchObject([
      {
        OQL_Lead_Key__c: 'acme.com#1',
        Company: 'acme.com',
        LastName: 'acme.com',
        OQL_Stage__c: 'investigation',
        OQL_Points__c: 5,
        OwnerId: '0055g00000Sal01AAB',
      },
    ])
    expect(await project.run()).toMatchObject({
      calls: { write: 0 },
      leads: { made: 0, updated: 0, open: 1 },
    })
    expect(project.crm.counters().records).toMatchObject({ created: 1, updated: 1 })
  })

  it('goes to the fallback where the owner of the account has left', async () => {
    const project = await withLeads()
    project.crm.insert('Account', { Name: 'Acme', Website: 'acme.com', OwnerId: '0055g00000Sal03AAB' })
    await project.use(['acme.com'])
    await project.run()
    expect(made(project)).toMatchObject([{ OwnerId: '0055g00000Sal02AAB' }])
  })

  it('is written while it is open, when a trigger moved far enough, and never once it is closed', async () => {
    const project = await withLeads()
    await project.use(['acme.com'], { day: '2026-11-01' })
    await project.run('2026-11-02')
    await project.use(['acme.com'], { day: '2026-11-02' })
    expect(await project.run('2026-11-03')).toMatchObject({ leads: { made: 0, updated: 0 } })
    await project.use(['acme.com'], { day: '2026-11-03' })
    expect(await project.run('2026-11-04')).toMatchObject({ leads: { made: 0, updated: 1 } })
    expect(ours(project)).toMatchObject([{ OQL_Points__c: 15 }])

    const [lead] = project.crm.records('Lead')
    project.crm.update('Lead', lead?.id ?? '', { Status: 'Closed - Not Converted' })
    for (const day of ['2026-11-05', '2026-11-06']) await project.use(['acme.com'], { day, times: 2 })
    expect(await project.run('2026-11-07')).toMatchObject({
      leads: { made: 0, updated: 0, open: 0, notMade: { closed: 1 } },
    })
    expect(ours(project)).toMatchObject([{ OQL_Points__c: 15 }])
  })

  it('is followed by another one only as long after its closing as `again` says', async () => {
    const project = await withLeads('  again: 30d')
    await project.use(['acme.com'], { day: '2026-09-01' })
    await project.run('2026-09-02')
    const [lead] = project.crm.records('Lead')
    project.crm.update('Lead', lead?.id ?? '', { Status: 'Closed - Not Converted' })
    await project.use(['acme.com'], { day: '2026-10-20' })
    // The org's clock, by which the lead was closed, is that of now.
    const closed = project.crm.now().getTime()
    const later = (days: number) => new Date(closed + days * 86_400_000).toISOString()
    expect(await project.run('2026-10-21')).toMatchObject({ leads: { made: 0, notMade: { closed: 1 } } })
    project.crm.advance(40 * 86_400_000)
    await project.use(['acme.com'], { day: later(20).slice(0, 10) })
    expect(await project.run(later(29))).toMatchObject({ leads: { made: 0, notMade: { closed: 1 } } })
    expect(await project.run(later(31))).toMatchObject({ leads: { made: 1, open: 1, notMade: {} } })
    expect(ours(project).map(each => each.OQL_Lead_Key__c)).toEqual(['acme.com#1', 'acme.com#2'])
  })

  it('is not made where people have an open one for the company, in any spelling of its name', async () => {
    const project = await withLeads()
    project.crm.insert('Account', { Name: 'Acme Inc', Website: 'acme.com' })
    project.crm.insert('Account', { Name: 'Beta', Website: 'beta.com' })
    project.crm.insert('Lead', { Company: 'ACME INC', LastName: 'Doe' })
    const closed = project.crm.insert('Lead', { Company: 'Beta', LastName: 'Roe' })
    project.crm.update('Lead', closed.id, { Status: 'Closed - Not Converted' })
    await project.use(['acme.com', 'beta.com'])
    expect(await project.run()).toMatchObject({ leads: { made: 1, open: 2, notMade: { open_lead: 1 } } })
    expect(ours(project)).toMatchObject([{ OQL_Lead_Key__c: 'beta.com#1' }])
    expect(made(project)).toHaveLength(3)
  })

  it('is not made again after it was converted, and the converted one is not written', async () => {
    const project = await withLeads()
    await project.use(['acme.com'])
    await project.run('2026-11-02')
    const [lead] = project.crm.records('Lead')
    project.crm.convertLead(lead?.id ?? '')
    expect(await project.run('2026-11-02')).toMatchObject({ leads: { open: 0, notMade: { converted: 1 } } })
    await project.use(['acme.com'], { day: '2026-11-05', times: 2 })
    await project.use(['acme.com'], { day: '2026-11-06', times: 2 })
    expect(await project.run()).toMatchObject({
      status: 'ok',
      leads: { made: 0, updated: 0, notMade: { converted: 1 } },
    })
    expect(project.crm.record('Lead', lead?.id ?? '')?.fields).toMatchObject({ OQL_Points__c: 5 })
  })

  it('is not made again where people deleted it', async () => {
    const project = await withLeads()
    await project.use(['acme.com'])
    await project.run('2026-11-02')
    project.crm.delete('Lead', project.crm.records('Lead')[0]?.id ?? '')
    for (const day of ['2026-11-05', '2026-11-06']) await project.use(['acme.com'], { day, times: 2 })
    expect(await project.run()).toMatchObject({ leads: { made: 0, notMade: { closed: 1 } } })
    expect(made(project)).toEqual([])
  })

  it('is found again by its key after a lost state, and after an answer that was lost', async () => {
    const project = await withLeads()
    const domains = Array.from({ length: 20 }, (_, n) => `company-${n}.com`)
    await project.use(domains)
    project.crm.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write', path: '/Lead/' })
    expect(await project.run()).toMatchObject({ status: 'ok', leads: { open: 20 } })
    await project.loseState()
    expect(await project.run()).toMatchObject({ status: 'ok', leads: { made: 0, open: 20 } })
    expect(ours(project)).toHaveLength(20)
    expect(new Set(ours(project).map(lead => lead.OQL_Lead_Key__c)).size).toBe(20)
  })

  it('is not written after a lost state where it holds what it should, and is where somebody changed it', async () => {
    const project = await withLeads()
    await project.use(['acme.com', 'beta.com'])
    await project.run()
    const beta = project.crm.records('Lead').find(({ fields }) => fields.Company === 'beta.com')
    project.crm.update('Lead', beta?.id ?? '', { OQL_Stage__c: 'interest' })
    await project.loseState()
    project.crm.resetCounters()
    const again = await project.run()
    expect(again).toMatchObject({ leads: { made: 0, updated: 1, open: 2 } })
    expect(project.crm.counters().records).toMatchObject({ updated: 1, unchanged: 0 })
    expect(ours(project).map(lead => lead.OQL_Stage__c)).toEqual(['investigation', 'investigation'])
    const quiet = await project.run()
    expect(quiet.calls).toMatchObject({ write: 0 })
    // What they hold was read in one call, once.
    expect(again.calls.read).toBeGreaterThan(quiet.calls.read)
  })

  it('that the CRM refuses is a rejection of its own, sent again only when asked', async () => {
    const project = await withLeads()
    await project.use(['acme.com', 'beta.com'])
    project.crm.poison(({ object, fields }) => object === 'Lead' && fields.Company === 'beta.com')
    expect(await project.run()).toMatchObject({
      status: 'partial',
      created: 2,
      rejected: 1,
      leads: { made: 1 },
    })
    expect(await project.inState(state => Array.fromAsync(state.rejections.list()))).toMatchObject([
      { key: 'salesforce/beta.com#1', domain: 'beta.com', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' },
    ])
    project.crm.clearFaults()
    expect(await project.run()).toMatchObject({
      status: 'ok',
      calls: { write: 0 },
      leads: { notMade: { rejected: 1 } },
    })
    await project.inState(state => state.rejections.mark(['salesforce/beta.com#1'], 'retry'))
    expect(await project.run()).toMatchObject({ leads: { made: 1, open: 2, notMade: {} } })
    expect(await project.inState(state => Array.fromAsync(state.rejections.list()))).toEqual([])
  })

  it('stays when its run is reverted, without what we wrote to it, and is filled again by the next sync', async () => {
    const project = await withLeads()
    await project.use(['acme.com'])
    const { runId } = await project.sync()
    await project.revert(runId)
    expect(ours(project)).toHaveLength(1)
    expect(ours(project)[0]).toMatchObject({ OQL_Points__c: null, OQL_Stage__c: null })
    expect(await project.run()).toMatchObject({ leads: { made: 0, updated: 1 } })
    expect(ours(project)).toMatchObject([{ OQL_Points__c: 5, OQL_Stage__c: 'investigation' }])
  })

  it('goes to the account that speaks where several share a record, and to none without a record', async () => {
    const project = await salesforceProject({
      mapping: leads().replace(CREATE, ''),
      org: { users: USERS },
    })
    const { id } = project.crm.insert('Account', { Name: 'Acme', Website: 'acme.com' })
    await project.use(['acme.com', 'acme.io', 'nobody.com'])
    await project.use(['acme.com'], { day: '2026-11-02' })
    await project.inState(state =>
      state.links.put([
        {
          connector: 'salesforce',
          domain: 'acme.io',
          object: 'Account',
          remoteId: id,
          by: 'hand',
          stamped: false,
        },
      ]),
    )
    expect(await project.run()).toMatchObject({ leads: { made: 1, notMade: { no_record: 2 } } })
    expect(ours(project)).toMatchObject([{ OQL_Lead_Key__c: 'acme.com#1' }])
  })
})
