import { describe, expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { type SalesforceProject, salesforceProject } from '../../project/salesforce-project.ts'

const LEADS = 'create: { when: {}, as: Lead }'
/** What both an Account and a Lead have. */
const SHARED_FIELDS = `
  - { from: stage, to: OQL_Stage__c }
  - { from: score, to: OQL_Score__c }
  - { from: domain, to: Website, write: on_create }`

const linkOf = (project: SalesforceProject, domain: string) =>
  project.inState(async state => (await state.links.get('salesforce', [domain])).get(domain))

const scoreOf = (project: SalesforceProject, domain: string) =>
  project.inState(async state => (await state.accounts.get([domain])).get(domain)?.score)

/** Six more days of use, so that the account is worth a write. */
async function usedMore(project: SalesforceProject, ...domains: string[]): Promise<void> {
  for (const day of ['03', '06', '09', '12', '15', '18'])
    await project.use(domains, { day: `2026-11-${day}` })
}

describe('an Account that was merged into another', () => {
  it('is followed in batches', async () => {
    const project = await salesforceProject({ mapping: CREATE })
    await project.use(['acme.com'])
    await project.run()
    const [made] = project.crm.records('Account')
    const kept = project.crm.insert('Account', { Name: 'Acme Holding' })
    project.crm.merge('Account', kept.id, made?.id ?? '')
    await usedMore(project, 'acme.com')
    expect(await project.run()).toMatchObject({ status: 'ok', updated: 1 })
    expect(await linkOf(project, 'acme.com')).toMatchObject({ remoteId: kept.id })
    expect(project.crm.records('Account')).toHaveLength(1)
  })

  it('is followed from a job, in the same run and with all fields', async () => {
    const project = await salesforceProject({ mapping: CREATE, own: { bulk_threshold: 20 } })
    const domains = Array.from({ length: 30 }, (_, n) => `company-${n}.com`)
    await project.use(domains)
    await project.run()
    const made = project.crm.records('Account').find(({ fields }) => fields.OQL_Domain__c === 'company-3.com')
    const kept = project.crm.insert('Account', { Name: 'Holding' })
    project.crm.merge('Account', kept.id, made?.id ?? '')
    await usedMore(project, ...domains)
    const report = await project.run()
    expect(report).toMatchObject({ status: 'ok', updated: 30, rejected: 0 })
    expect(await linkOf(project, 'company-3.com')).toMatchObject({ remoteId: kept.id, stamped: true })
    const { fields } = project.crm.record('Account', kept.id) ?? {}
    expect(fields).toMatchObject({
      OQL_Domain__c: 'company-3.com',
      OQL_Stage__c: 'investigation',
      OQL_Score__c: await scoreOf(project, 'company-3.com'),
    })
    expect(await project.run()).toMatchObject({ unchanged: 30, calls: { write: 0 } })
  })
})

describe('Leads beside Accounts', () => {
  it('lack fields, which check tells and setup makes', async () => {
    const project = await salesforceProject({ mapping: CREATE, fields: SHARED_FIELDS })
    await project.use(['acme.com'])
    await project.configure({ mapping: LEADS, fields: SHARED_FIELDS })
    const problems = (await project.check()).problems
    expect(problems.map(({ code }) => code)).toContain('missing_field')
    expect(problems.map(({ message }) => message).join()).toMatch(/OQL_Stage__c of Lead/)
    expect((await project.setup()).filter(({ done }) => !done)).toEqual([])
    expect((await project.check()).problems).toEqual([])
  })

  it('are made for accounts without a record, and written there', async () => {
    const project = await salesforceProject({ mapping: LEADS, fields: SHARED_FIELDS })
    project.crm.insert('Account', { Name: 'Acme', Website: 'acme.com' })
    await project.use(['acme.com', 'beta.com'])
    expect(await project.run()).toMatchObject({ status: 'ok', updated: 1, created: 1, linked: 2 })
    expect(await linkOf(project, 'beta.com')).toMatchObject({ object: 'Lead' })
    await usedMore(project, 'acme.com', 'beta.com')
    expect(await project.run()).toMatchObject({ status: 'ok', updated: 2 })
    expect(project.crm.records('Lead')[0]?.fields.OQL_Score__c).toBe(await scoreOf(project, 'beta.com'))
  })

  it('become Accounts: the link goes along, and the Account is written in the same run', async () => {
    const project = await salesforceProject({ mapping: LEADS, fields: SHARED_FIELDS })
    await project.use(['beta.com'])
    await project.run()
    const [lead] = project.crm.records('Lead')
    const account = project.crm.convertLead(lead?.id ?? '')
    await usedMore(project, 'beta.com')
    expect(await project.run()).toMatchObject({ status: 'ok', updated: 1, rejected: 0, created: 0 })
    expect(await linkOf(project, 'beta.com')).toMatchObject({ object: 'Account', remoteId: account })
    expect(project.crm.record('Account', account)?.fields).toMatchObject({
      OQL_Domain__c: 'beta.com',
      OQL_Stage__c: 'investigation',
      OQL_Score__c: await scoreOf(project, 'beta.com'),
    })
    expect(await project.run()).toMatchObject({ unchanged: 1, calls: { write: 0 } })
  })

  it.each([
    ['a new Account', undefined],
    ['an Account with another website, which was there', 'https://holding.example'],
  ])('that were converted while their companies are quiet are followed to %s', async (_, website) => {
    const project = await salesforceProject({ mapping: LEADS, fields: SHARED_FIELDS })
    await project.use(['beta.com', 'gamma.com'])
    await project.run()
    const lead = project.crm.records('Lead').find(({ fields }) => fields.OQL_Domain__c === 'beta.com')
    const there =
      website === undefined
        ? undefined
        : project.crm.insert('Account', { Name: 'Holding', Website: website }).id
    const account = project.crm.convertLead(lead?.id ?? '', there)
    // Nobody used anything since.
    expect(await project.run()).toMatchObject({
      status: 'ok',
      linked: 2,
      matched: 0,
      created: 0,
      updated: 1,
      unchanged: 1,
      rejected: 0,
    })
    expect(await linkOf(project, 'beta.com')).toMatchObject({
      object: 'Account',
      remoteId: account,
      stamped: true,
    })
    expect(await linkOf(project, 'gamma.com')).toMatchObject({ object: 'Lead' })
    expect(project.crm.record('Account', account)?.fields).toMatchObject({
      OQL_Domain__c: 'beta.com',
      OQL_Stage__c: 'investigation',
      OQL_Score__c: await scoreOf(project, 'beta.com'),
    })
    expect(await project.run()).toMatchObject({ unchanged: 2, calls: { write: 0 } })
  })

  it('cost one read to be asked for, and none where no account is linked to a Lead', async () => {
    const project = await salesforceProject({ mapping: LEADS, fields: SHARED_FIELDS })
    project.crm.insert('Account', { Name: 'Acme', Website: 'acme.com' })
    await project.use(['acme.com'])
    await project.run()
    const without = (await project.run()).calls.read
    await project.use(['beta.com'])
    await project.run()
    expect((await project.run()).calls.read).toBe(without + 1)
  })

  it('that were converted before the state was lost are found as their Accounts, and no second record is made', async () => {
    const project = await salesforceProject({ mapping: LEADS, fields: SHARED_FIELDS })
    await project.use(['beta.com'])
    await project.run()
    const [lead] = project.crm.records('Lead')
    const account = project.crm.convertLead(lead?.id ?? '')
    await project.inState(state => state.links.remove('salesforce', ['beta.com']))
    expect(await project.run()).toMatchObject({ status: 'ok', rejected: 0 })
    expect(await linkOf(project, 'beta.com')).toMatchObject({ object: 'Account', remoteId: account })
    expect(project.crm.records('Lead')).toHaveLength(1)
    expect(project.crm.records('Account')).toHaveLength(1)
  })

  it('are found by their key after the state was lost: what people made of their names stays', async () => {
    const fields = `${SHARED_FIELDS}\n  - { from: stage_since, to: OQL_Since__c }`
    const project = await salesforceProject({ mapping: LEADS, fields })
    await project.use(['beta.com'])
    await project.run()
    const [lead] = project.crm.records('Lead')
    project.crm.update('Lead', lead?.id ?? '', { Company: 'Beta Ltd', LastName: 'Smith' })
    await project.inState(state => state.forget(['beta.com']))
    expect(await project.run()).toMatchObject({ matched: 1, created: 0, updated: 0, unchanged: 1 })
    expect(await linkOf(project, 'beta.com')).toMatchObject({ object: 'Lead', remoteId: lead?.id })
    expect(project.crm.records('Lead')).toMatchObject([
      { fields: { Company: 'Beta Ltd', LastName: 'Smith' } },
    ])
  })
})
