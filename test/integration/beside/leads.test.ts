import { describe, expect, it } from 'vitest'
import { CREATE } from '../../project/crm-fields.ts'
import { type HubSpotProject, hubSpotProject } from '../../project/hubspot-project.ts'

const LEADS = `leads:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  owner: record
  fallback_owner: "67890"
  fields: [ { from: domain, to: hs_lead_name }, { from: points, to: oql_points, trigger: true, min_change: 10 } ]`
const PEOPLE = `people:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  fields: [ { from: email, to: email, write: on_create }, { from: last_seen, to: oql_last_seen, trigger: true } ]`

const withLeads = (over = '') => hubSpotProject({ mapping: [CREATE, LEADS, over].join('\n') })

const leads = ({ crm }: HubSpotProject) => crm.records('leads')
const ours = (project: HubSpotProject) => leads(project).filter(({ properties }) => properties.oql_lead_key)

/** A company that people made, with contacts of these emails. */
function company({ crm }: HubSpotProject, domain: string, ...emails: string[]) {
  const { id } = crm.insert('companies', { name: domain, domain })
  const contacts = emails.map(email => crm.insert('contacts', { email }).id)
  crm.associate(
    'contacts',
    'companies',
    contacts.map(from => ({ from, to: id })),
  )
  return { id, contacts }
}

/** The contacts and companies of the only lead. */
function tied(project: HubSpotProject) {
  const [lead, ...others] = ours(project)
  if (lead === undefined || others.length > 0) throw new Error(`${ours(project).length} leads`)
  const of = (object: string) => project.crm.associated('leads', lead.id, object).map(({ id }) => id)
  return { contacts: of('contacts'), companies: of('companies') }
}

describe('a lead in HubSpot', () => {
  it('is made once, tied to the company and to its contact, with key, values and the owner', async () => {
    const project = await withLeads()
    const { id, contacts } = company(project, 'acme.com', 'ada@acme.com')
    project.crm.update('companies', id, { hubspot_owner_id: '12345' })
    await project.use(['acme.com'])
    expect((await project.plan()).leads).toEqual({ made: 1, updated: 0, open: 0, notMade: {} })
    expect(leads(project)).toEqual([])
    expect(await project.run()).toMatchObject({
      status: 'ok',
      leads: { made: 1, updated: 0, open: 1, notMade: {} },
      problems: [],
    })
    expect(tied(project)).toEqual({ contacts, companies: [id] })
    expect(leads(project)[0]?.properties).toMatchObject({
      oql_lead_key: 'acme.com#1',
      hs_lead_name: 'acme.com',
      oql_points: '5',
      hubspot_owner_id: '12345',
    })
    expect(await project.run()).toMatchObject({
      calls: { write: 0 },
      leads: { made: 0, updated: 0, open: 1 },
    })
  })

  it('goes to the fallback where the owner of the company has left', async () => {
    const project = await withLeads()
    const { id } = company(project, 'acme.com', 'ada@acme.com')
    project.crm.update('companies', id, { hubspot_owner_id: '11111' })
    await project.use(['acme.com'])
    await project.run()
    expect(ours(project)[0]?.properties.hubspot_owner_id).toBe('67890')
  })

  it('goes to the person with the latest signal who is a contact, of whatever company', async () => {
    const project = await withLeads(
      PEOPLE.replace('[investigation, experimentation, ongoing_usage]', 'inactive'),
    )
    company(project, 'acme.com', 'boss@acme.com', 'early@acme.com')
    const late = project.crm.insert('contacts', { email: 'late@acme.com' })
    await project.use(['acme.com'], { day: '2026-11-01', email: 'early@acme.com' })
    await project.use(['acme.com'], { day: '2026-11-02', email: 'late@acme.com' })
    await project.use(['acme.com'], { day: '2026-11-03', email: 'nobody@acme.com' })
    expect(await project.run()).toMatchObject({ leads: { made: 1 }, people: { made: 0, found: 0 } })
    expect(tied(project).contacts).toEqual([late.id])
  })

  it("goes to the company's most recently changed contact where no person is one", async () => {
    const project = await withLeads()
    const { contacts } = company(project, 'acme.com', 'one@acme.com', 'two@acme.com', 'three@acme.com')
    project.clock.advance(60_000)
    project.crm.update('contacts', contacts[1] ?? '', { firstname: 'Two' })
    await project.use(['acme.com'])
    await project.run()
    expect(tied(project).contacts).toEqual([contacts[1]])
  })

  it('goes to the person whom `people` makes a contact first, in the same run', async () => {
    const project = await withLeads(PEOPLE)
    await project.use(['acme.com'], { email: 'Jo@Acme.com' })
    expect(await project.plan()).toMatchObject({ people: { made: 1 }, leads: { made: 1, notMade: {} } })
    expect(await project.run()).toMatchObject({ people: { made: 1 }, leads: { made: 1, open: 1 } })
    const [contact] = project.crm.records('contacts')
    expect(contact?.properties).toMatchObject({ email: 'jo@acme.com', oql_last_seen: '2026-11-01' })
    const [acme] = project.crm.records('companies')
    expect(tied(project)).toEqual({ contacts: [contact?.id], companies: [acme?.id] })
    expect(project.crm.associated('contacts', contact?.id ?? '', 'companies')).toMatchObject([
      { id: acme?.id },
    ])
    expect(await project.run()).toMatchObject({ calls: { write: 0 } })
  })

  it('goes to another where the contact that we knew was deleted since', async () => {
    const project = await withLeads(PEOPLE)
    await project.configure({
      mapping: [CREATE, LEADS.replace('investigation, ', ''), PEOPLE].join('\n'),
    })
    const { contacts } = company(project, 'acme.com', 'boss@acme.com')
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    expect(await project.run('2026-11-02')).toMatchObject({ people: { made: 1 }, leads: { made: 0 } })
    const jo = project.crm.records('contacts').find(({ properties }) => properties.email === 'jo@acme.com')
    project.crm.archive('contacts', jo?.id ?? '')
    for (const day of ['2026-11-03', '2026-11-05', '2026-11-07', '2026-11-09']) {
      await project.use(['acme.com'], { day, times: 2 })
    }
    expect(await project.run('2026-11-10')).toMatchObject({ rejected: 0, leads: { made: 1 } })
    expect(tied(project).contacts).toEqual(contacts)
  })

  it('is not made where nobody is known; the report says how many and what carries the news', async () => {
    const project = await withLeads()
    company(project, 'acme.com', 'ada@acme.com')
    await project.use(['acme.com', 'beta.com', 'gamma.com'])
    const report = await project.run()
    expect(report).toMatchObject({
      status: 'ok',
      created: 2,
      leads: { made: 1, open: 1, notMade: { no_person: 2 } },
    })
    expect(report.problems).toEqual([expect.stringMatching(/^2 leads were not made: nobody is known there/)])
    expect(project.crm.records('companies').map(({ properties }) => properties.oql_stage)).toEqual(
      Array(3).fill('investigation'),
    )
    // Somebody comes to be known.
    const beta = project.crm.records('companies').find(({ properties }) => properties.domain === 'beta.com')
    const contact = project.crm.insert('contacts', { email: 'b@beta.com' })
    project.crm.associate('contacts', 'companies', [{ from: contact.id, to: beta?.id ?? '' }])
    expect(await project.run()).toMatchObject({ leads: { made: 1, open: 2, notMade: { no_person: 1 } } })
  })

  it.each(['after_commit', 'before_commit'] as const)(
    'is made once when the answer to its creation is lost %s, and once more after that the state',
    async at => {
      const project = await withLeads()
      const domains = Array.from({ length: 20 }, (_, n) => `company-${n}.com`)
      for (const domain of domains) company(project, domain, `ada@${domain}`)
      await project.use(domains)
      project.crm.fault({ trouble: { kind: 'reset', at }, path: 'leads/batch/create' })
      expect(await project.run()).toMatchObject({ status: 'ok', leads: { made: 20, open: 20 } })
      expect(leads(project)).toHaveLength(20)
      await project.loseState()
      // What they hold is read, and it is what they should.
      expect(await project.run()).toMatchObject({ status: 'ok', leads: { made: 0, updated: 0, open: 20 } })
      expect(leads(project)).toHaveLength(20)
    },
  )

  it('of people that is open stands for ours, which is made once theirs is closed', async () => {
    const project = await withLeads()
    const { id, contacts } = company(project, 'acme.com', 'ada@acme.com')
    const theirs = project.crm.insert('leads', { hs_lead_name: 'Call Ada' })
    project.crm.associate('leads', 'contacts', [{ from: theirs.id, to: contacts[0] ?? '' }])
    project.crm.associate('leads', 'companies', [{ from: theirs.id, to: id }])
    await project.use(['acme.com'])
    expect(await project.run()).toMatchObject({
      leads: { made: 0, updated: 0, open: 1, notMade: { open_lead: 1 } },
    })
    expect(leads(project)).toHaveLength(1)
    expect(project.crm.record('leads', theirs.id)?.properties.oql_points).toBeUndefined()
    project.crm.closeLead(theirs.id, 'unqualified')
    expect(await project.run()).toMatchObject({ leads: { made: 1, open: 1, notMade: {} } })
  })

  it('is written while it is open, when a trigger moved far enough, and never once it is closed', async () => {
    const project = await withLeads()
    company(project, 'acme.com', 'ada@acme.com')
    await project.use(['acme.com'])
    await project.run('2026-11-02')
    await project.use(['acme.com'], { day: '2026-11-03', times: 2 })
    await project.use(['acme.com'], { day: '2026-11-04', times: 2 })
    expect(await project.run('2026-11-05')).toMatchObject({ leads: { made: 0, updated: 1, open: 1 } })
    const points = ours(project)[0]?.properties.oql_points
    expect(Number(points)).toBeGreaterThan(5)
    project.crm.closeLead(ours(project)[0]?.id ?? '', 'unqualified')
    for (const day of ['2026-11-06', '2026-11-07']) await project.use(['acme.com'], { day, times: 3 })
    expect(await project.run('2026-11-08')).toMatchObject({
      leads: { made: 0, updated: 0, open: 0, notMade: { closed: 1 } },
    })
    expect(ours(project)).toMatchObject([{ properties: { oql_points: points } }])
    expect(await project.run('2026-11-08')).toMatchObject({
      calls: { write: 0 },
      leads: { open: 0, notMade: { closed: 1 } },
    })
  })

  it('is followed by another one as long after its closing as `again` says, also after a lost state', async () => {
    const project = await withLeads('').then(async made => {
      await made.configure({ mapping: [CREATE, LEADS, '  again: 30d'].join('\n') })
      return made
    })
    company(project, 'acme.com', 'ada@acme.com')
    await project.use(['acme.com'])
    await project.run('2026-11-02')
    const closed = project.clock.now()
    project.crm.closeLead(ours(project)[0]?.id ?? '', 'unqualified')
    project.clock.advance(40 * 86_400_000)
    const later = (days: number) => new Date(closed + days * 86_400_000).toISOString()
    await project.use(['acme.com'], { day: later(20).slice(0, 10) })
    expect(await project.run(later(29))).toMatchObject({
      leads: { made: 0, open: 0, notMade: { closed: 1 } },
    })
    expect(await project.run(later(31))).toMatchObject({ leads: { made: 1, open: 1, notMade: {} } })
    await project.loseState()
    expect(await project.run(later(31))).toMatchObject({ leads: { made: 0, open: 1, notMade: {} } })
    expect(ours(project).map(({ properties }) => properties.oql_lead_key)).toEqual([
      'acme.com#1',
      'acme.com#2',
    ])
  })

  it('that HubSpot refuses hurts no other, and is sent again only when asked', async () => {
    const project = await withLeads()
    for (const domain of ['acme.com', 'beta.com']) company(project, domain, `ada@${domain}`)
    await project.use(['acme.com', 'beta.com'])
    project.crm.poison(
      ({ object, properties }) => object === 'leads' && properties.hs_lead_name === 'beta.com',
    )
    expect(await project.run()).toMatchObject({
      status: 'partial',
      updated: 2,
      rejected: 1,
      leads: { made: 1, open: 1 },
    })
    expect(await project.inState(state => Array.fromAsync(state.rejections.list()))).toMatchObject([
      { key: 'hubspot/beta.com#1', domain: 'beta.com' },
    ])
    project.crm.clearFaults()
    expect(await project.run()).toMatchObject({ status: 'ok', leads: { notMade: { rejected: 1 } } })
    await project.inState(state => state.rejections.mark(['hubspot/beta.com#1'], 'retry'))
    expect(await project.run()).toMatchObject({ leads: { made: 1, open: 2, notMade: {} } })
  })
})

describe('a portal without Sales Hub', () => {
  it('gets no leads and all the rest; the report and `check` say so', async () => {
    const project = await hubSpotProject({
      portal: { salesHub: false },
      mapping: [CREATE, PEOPLE].join('\n'),
    })
    await project.configure({ mapping: [CREATE, LEADS, PEOPLE].join('\n') })
    await project.use(['acme.com'], { email: 'jo@acme.com' })
    const report = await project.run()
    expect(report).toMatchObject({
      status: 'ok',
      created: 1,
      people: { made: 1 },
      leads: { made: 0, open: 0, notMade: { leads_unavailable: 1 } },
    })
    expect(report.problems).toEqual([expect.stringMatching(/^1 lead was not made: this CRM.*oql check/)])
    const { problems, warnings } = await project.check()
    expect(problems).toEqual([])
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('no leads')])
  })
})
