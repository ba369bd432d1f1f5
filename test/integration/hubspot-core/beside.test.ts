import { describe, expect, it } from 'vitest'
import type { HubSpotSandboxOptions } from '../../../connectors/hubspot/sandbox/index.ts'
import { CREATE } from '../../project/crm-fields.ts'
import { type HubSpotProject, hubSpotProject } from '../../project/hubspot-project.ts'

const USING = '[investigation, experimentation, ongoing_usage]'
const LEADS = `leads: { when: { stage: ${USING} }, owner: record, fallback_owner: "67890", fields: [{ from: points, to: oql_points, trigger: true, min_change: 1 }] }`
const PEOPLE = `people: { when: { stage: ${USING} }, fields: [{ from: email, to: email }] }`
const NOTICES = `on_stage_change:
  - task: { when: {}, subject: "{{name}} reached {{stage_label}}", body: "{{reason}}", due_in: 1d, owner: record, fallback_owner: "67890" }
  - note: { when: {}, body: "{{reason}}" }`

/** Longer than any notice waits for its next attempt. */
const HOUR_MS = 3_600_000

/** A portal with its limits, where records of everybody are made. */
const newProject = (mapping: string, portal: HubSpotSandboxOptions = {}) =>
  hubSpotProject({ mapping: `${CREATE}\n${mapping}`, portal: { unlimited: false, ...portal } })

/** Somebody at each company. */
const jo = (domain: string) => `jo@${domain}`

const domains = (count: number) => Array.from({ length: count }, (_, n) => `company-${n}.com`)

/** A company of people with a contact; its id and that of the contact. */
function company(
  { crm: portal, clock }: HubSpotProject,
  domain: string,
  owner: string,
): { id: string; contact: string } {
  const { id } = portal.insert('companies', { name: domain, domain, hubspot_owner_id: owner })
  const contact = portal.insert('contacts', { email: `sales@${domain}` }).id
  portal.associate('contacts', 'companies', [{ from: contact, to: id }])
  // Search knows it.
  clock.advance(10_000)
  return { id, contact }
}

describe('a lead in HubSpot', () => {
  it('is made once, with the person of the latest signal, for the owner of the company', async () => {
    const project = await newProject(`${LEADS}\n${PEOPLE}`)
    const { crm: portal } = project
    const { id } = company(project, 'acme.com', '12345')
    await project.use(['acme.com'], { email: jo })
    expect(await project.run()).toMatchObject({ status: 'ok', leads: { made: 1, open: 1 } })
    const person = portal.records('contacts').find(({ properties }) => properties.email === 'jo@acme.com')
    const [lead] = portal.records('leads')
    expect(lead?.properties).toMatchObject({
      oql_lead_key: 'acme.com#1',
      hs_lead_name: 'acme.com',
      hubspot_owner_id: '12345',
    })
    expect(portal.associated('leads', lead?.id ?? '', 'contacts')).toEqual([{ id: person?.id, types: [578] }])
    expect(portal.associated('leads', lead?.id ?? '', 'companies')).toEqual([{ id, types: [610] }])
    expect(await project.run()).toMatchObject({ calls: { write: 0 }, leads: { made: 0, open: 1 } })
  })

  it('takes the contact that the company has where no person is known, and none is made where there is none', async () => {
    const project = await newProject(LEADS)
    const { contact } = company(project, 'acme.com', '12345')
    await project.use(['acme.com', 'nobody.com'])
    expect(await project.run()).toMatchObject({ leads: { made: 1, notMade: { no_person: 1 } } })
    const [lead, ...more] = project.crm.records('leads')
    expect(more).toEqual([])
    expect(project.crm.associated('leads', lead?.id ?? '', 'contacts')).toMatchObject([{ id: contact }])
  })

  it('goes to the fallback where the owner of the company left', async () => {
    const project = await newProject(LEADS)
    company(project, 'acme.com', '12345')
    const ada = { id: '12345', email: 'ada@example.com', firstName: 'Ada', lastName: 'Byron', archived: true }
    project.crm.addOwners([ada])
    await project.use(['acme.com'])
    await project.run()
    expect(project.crm.records('leads')[0]?.properties.hubspot_owner_id).toBe('67890')
  })

  it('is left alone where people have an open one, or ended ours', async () => {
    const project = await newProject(LEADS)
    const { crm: portal } = project
    const theirs = company(project, 'theirs.com', '12345')
    const lead = portal.insert('leads', { hs_lead_name: 'Theirs' })
    portal.associate('leads', 'companies', [{ from: lead.id, to: theirs.id }])
    company(project, 'ours.com', '12345')
    await project.use(['theirs.com', 'ours.com'])
    expect(await project.run()).toMatchObject({ leads: { made: 1, notMade: { open_lead: 1 } } })
    const ours = portal.records('leads').find(({ properties }) => properties.oql_lead_key === 'ours.com#1')
    portal.closeLead(ours?.id ?? '', 'unqualified')
    for (const day of ['2026-11-05', '2026-11-06', '2026-11-07']) await project.use(['ours.com'], { day })
    expect(await project.run()).toMatchObject({ leads: { made: 0, notMade: { open_lead: 1, closed: 1 } } })
    expect(portal.records('leads')).toHaveLength(2)
  })

  it('is not made without Sales Hub, and the company is written all the same', async () => {
    const project = await newProject(LEADS, { salesHub: false })
    company(project, 'acme.com', '12345')
    await project.use(['acme.com'])
    expect(await project.run()).toMatchObject({
      status: 'ok',
      leads: { made: 0, notMade: { leads_unavailable: 1 } },
    })
    expect(project.crm.records('companies')[0]?.properties.oql_stage).toBe('investigation')
  })
})

describe('answers that are lost', () => {
  it.each([
    { at: 'after_commit', batchErrors: 'each' },
    { at: 'before_commit', batchErrors: 'creates_too' },
  ] as const)(
    'make nothing twice, and leave nothing out ($at, $batchErrors)',
    async ({ at, batchErrors }) => {
      const project = await newProject(`${LEADS}\n${PEOPLE}\n${NOTICES}`, { batchErrors })
      const { crm: portal } = project
      const all = domains(110)
      // The first run tells nothing: there is no stage before it.
      await project.use(['first.com'], { day: '2026-10-30' })
      await project.sync('2026-10-31')
      portal.resetCounters()
      await project.use(all, { email: jo })
      // Every other write that makes something.
      portal.fault({ trouble: { kind: 'reset', at }, path: 'batch/(create|upsert)$', every: 2 })
      await project.sync()
      portal.clearFaults()
      project.clock.advance(HOUR_MS)
      const last = await project.sync()
      expect(last.status).toBe('ok')
      expect(last.notices).toMatchObject({ pending: 0 })
      const count = (object: string, property: string) => {
        const values = portal.records(object).map(({ properties }) => properties[property] ?? '')
        return { made: values.length, different: new Set(values).size }
      }
      expect(count('companies', 'domain')).toEqual({ made: 111, different: 111 })
      expect(count('leads', 'oql_lead_key')).toEqual({ made: 110, different: 110 })
      expect(count('tasks', 'oql_notice_id')).toEqual({ made: 110, different: 110 })
      expect(count('notes', 'oql_notice_id')).toEqual({ made: 110, different: 110 })
      expect(count('contacts', 'email')).toEqual({ made: 110, different: 110 })
    },
  )
})

it('a lost state makes no lead and no contact a second time', async () => {
  const project = await newProject(`${LEADS}\n${PEOPLE}`)
  await project.use(domains(5), { email: jo })
  await project.sync()
  await project.loseState()
  project.clock.advance(10_000)
  expect(await project.run()).toMatchObject({
    status: 'ok',
    leads: { made: 0, open: 5 },
    people: { made: 0 },
  })
  expect(project.crm.records('leads')).toHaveLength(5)
  expect(project.crm.records('contacts')).toHaveLength(5)
})
