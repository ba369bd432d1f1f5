import { describe, expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { type SalesforceProject, salesforceProject } from '../../project/salesforce-project.ts'

const PEOPLE = `${CREATE}
people:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  fields: [ { from: email, to: LastName, write: on_create }, { from: last_seen, to: OQL_Last_Seen__c, trigger: true }, { from: kinds, to: OQL_Kinds__c } ]`

const contacts = ({ crm: org }: SalesforceProject) => org.records('Contact').map(({ fields }) => fields)

describe('people', () => {
  it('become contacts of the account by email, once, and are kept up to date', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'Jo@Acme.com' })
    expect((await project.plan()).people).toMatchObject({ made: 1 })
    expect(await project.run('2026-11-02')).toMatchObject({ status: 'ok', people: { made: 1, updated: 0 } })
    const [account] = project.crm.records('Account')
    expect(contacts(project)).toMatchObject([
      {
        Email: 'jo@acme.com',
        AccountId: account?.id,
        LastName: 'jo@acme.com',
        OQL_Last_Seen__c: '2026-11-01',
        OQL_Kinds__c: 'download',
      },
    ])
    expect(await project.run('2026-11-02')).toMatchObject({ calls: { write: 0 } })
    await project.use(['acme.com'], { day: '2026-11-03', email: 'jo@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 0, updated: 1 } })
    expect(contacts(project)).toMatchObject([{ OQL_Last_Seen__c: '2026-11-03' }])
  })

  it('who are contacts already are found by email and written, in whatever account they are', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    const other = project.crm.insert('Account', { Name: 'Other', Website: 'other.com' })
    project.crm.insert('Contact', { LastName: 'Jo', Email: 'JO@acme.com', AccountId: other.id })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 0, updated: 1, found: 1 } })
    expect(contacts(project)).toMatchObject([
      { LastName: 'Jo', AccountId: other.id, OQL_Last_Seen__c: '2026-11-01' },
    ])
  })

  it('whose email is longer than a last name may be are refused for the email alone, and no one else is', async () => {
    const project = await salesforceProject({ mapping: `${CREATE}\npeople: {}` })
    await project.use(['acme.com'], { email: `${'j'.repeat(64)}@${'a'.repeat(20)}.acme.com` })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 1 }, rejected: 1 })
    const rejections = await project.inState(state => Array.fromAsync(state.rejections.list()))
    expect(rejections).toMatchObject([{ field: 'Email', code: 'STRING_TOO_LONG' }])
  })

  it('whose email several contacts have are named with them, counted and left alone', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    const [jo, joe] = ['Jo', 'Joe'].map(
      LastName => project.crm.insert('Contact', { LastName, Email: 'jo@acme.com' }).id,
    )
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    const report = await project.run()
    expect(report).toMatchObject({ status: 'ok', people: { made: 0, updated: 0, ambiguous: 1 } })
    expect(report.problems).toEqual([
      expect.stringContaining(
        `1 email belongs to several contacts, none of which is written: jo@acme.com (${jo}, ${joe})`,
      ),
    ])
    expect(contacts(project).every(contact => contact.OQL_Last_Seen__c === undefined)).toBe(true)
  })

  it('named by signals of two companies belong to the one that saw them last', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    await project.use(['beta.com'], { day: '2026-11-05', email: 'jo@acme.com' })
    expect(await project.run()).toMatchObject({ people: { made: 1 } })
    const beta = project.crm.records('Account').find(({ fields }) => fields.OQL_Domain__c === 'beta.com')
    expect(contacts(project)).toMatchObject([{ AccountId: beta?.id, OQL_Last_Seen__c: '2026-11-05' }])
  })

  it('are nobody where the mapping makes nothing of them: no email is kept', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    await project.run('2026-11-02')
    expect(await project.inState(state => state.people.of(['acme.com']))).not.toEqual(new Map())
    await project.configure({ mapping: CREATE })
    const report = await project.run()
    expect(report).not.toHaveProperty('people')
    expect(await project.inState(state => state.people.of(['acme.com']))).toEqual(new Map())
  })

  it('are not made twice when the answer to their creation is lost', async () => {
    const project = await salesforceProject({ mapping: PEOPLE })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    project.crm.fault({
      trouble: { kind: 'reset', at: 'after_commit' },
      kind: 'write',
      when: ({ method }) => method === 'POST',
    })
    expect(await project.run()).toMatchObject({ status: 'ok', people: { made: 1 } })
    expect(contacts(project)).toHaveLength(1)
  })
})
