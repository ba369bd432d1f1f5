import { describe, expect, it } from 'vitest'
import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import type { CrmName } from '../../project/sandboxes.ts'
import { CRMS, newSandboxProject, type SandboxProject } from './sandbox-project.ts'

/** Only who used it twice gets a record: an account is absent first, and to be made later. */
const TWICE = 'create: { when: { signals_30: ">= 2" } }'

async function newProject(name: CrmName, mapping = ''): Promise<SandboxProject> {
  const project = await newSandboxProject(name)
  await project.configure(mapping, { create: TWICE })
  return project
}

async function run(project: SandboxProject, asOf: string): Promise<ConnectorReport> {
  const { crm } = (await project.sync(asOf)).connectors
  if (crm === undefined) throw new Error('the run has no report of crm')
  return crm
}

const linkOf = (project: SandboxProject, domain: string) =>
  project.inState(async state => (await state.links.get('crm', [domain])).get(domain)?.remoteId)

/** oldname.com is linked to its record, newname.com is absent. */
async function linkedAndAbsent(name: CrmName) {
  const project = await newProject(name)
  const { crm } = project
  const id = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'oldname.com' })
  await project.signals('2026-06-01', 'oldname.com', 'newname.com')
  expect(await run(project, '2026-06-02')).toMatchObject({ matched: 1, created: 0, skipped: 1 })
  return { project, crm, id }
}

it('HubSpot: before a record is made, a company that was given the domain as an additional one is found', async () => {
  const { project, crm, id } = await linkedAndAbsent('hubspot')
  crm.update(id, { hs_additional_domains: 'elsewhere.com;newname.com' })
  await project.signals('2026-06-03', 'newname.com')
  expect(await run(project, '2026-06-04')).toMatchObject({ status: 'ok', created: 0, matched: 1 })
  expect(await linkOf(project, 'newname.com')).toBe(id)
  expect([...crm.records().keys()]).toEqual([id])
})

describe.each(CRMS)('%s: before a record is made', name => {
  it('one that carries our key and was given the website of an absent account is found', async () => {
    const { project, crm, id } = await linkedAndAbsent(name)
    crm.update(id, { [crm.website]: 'newname.com' })
    await project.signals('2026-06-03', 'newname.com')
    expect(await project.plan('2026-06-04').then(({ report }) => report.connectors.crm)).toMatchObject({
      created: 0,
    })
    expect(await run(project, '2026-06-04')).toMatchObject({ status: 'ok', created: 0, matched: 1 })
    expect(await linkOf(project, 'newname.com')).toBe(id)
    expect([...crm.records().keys()]).toEqual([id])
  })

  it('one that was deleted, missed by a run and restored keeps its name and its owner', async () => {
    const project = await newProject(name)
    const { crm } = project
    const id = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
    await project.signals('2026-06-01', 'acme.com')
    expect(await run(project, '2026-06-02')).toMatchObject({ matched: 1 })
    crm.remove(id)
    // A write learns that it is gone.
    await project.configure(
      `  - { from: signals_30, to: ${crm.note}, trigger: true }`.replace('signals_30', 'top_artifacts'),
      {
        create: TWICE,
      },
    )
    await run(project, '2026-06-03')
    expect(await linkOf(project, 'acme.com')).toBeUndefined()
    crm.restore(id)
    crm.update(id, { [crm.name]: 'Acme Holding', [crm.website]: 'acme-holding.example.com' })
    await project.signals('2026-06-04', 'acme.com')
    expect(await run(project, '2026-06-05')).toMatchObject({ created: 0, matched: 1 })
    expect(await linkOf(project, 'acme.com')).toBe(id)
    expect(crm.records().get(id)).toMatchObject({
      [crm.name]: 'Acme Holding',
      [crm.website]: 'acme-holding.example.com',
      [crm.stage]: 'investigation',
    })
    expect(crm.records().size).toBe(1)
  })

  it('one that sales made while the account was out of `only` is found', async () => {
    const project = await newProject(name)
    const { crm } = project
    await project.signals('2026-06-01', 'acme.com')
    expect(await run(project, '2026-06-02')).toMatchObject({ matched: 0, created: 0 })
    await project.configure('', { create: TWICE, entry: '    only: { domain: other.com }' })
    const id = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
    await run(project, '2026-06-03')
    // What is new is asked for with an overlap: it is over.
    crm.advance(3_600_000)
    await run(project, '2026-06-03')
    await project.configure('', { create: TWICE })
    await project.signals('2026-06-03', 'acme.com')
    expect(await run(project, '2026-06-04')).toMatchObject({ created: 0, matched: 1 })
    expect(await linkOf(project, 'acme.com')).toBe(id)
  })

  it('one that became visible after the CRM was read whole is found', async () => {
    const project = await newProject(name)
    const { crm } = project
    await project.signals('2026-06-01', 'acme.com')
    expect(await run(project, '2026-06-02')).toMatchObject({ matched: 0, created: 0 })
    const id = crm.insertLate({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
    await project.signals('2026-06-03', 'acme.com')
    expect(await run(project, '2026-06-04')).toMatchObject({ created: 0, matched: 1 })
    expect(await linkOf(project, 'acme.com')).toBe(id)
  })

  it('one that carries its key is not renamed, whatever the state has lost', async () => {
    const project = await newProject(name)
    const { crm } = project
    await project.signals('2026-06-01', 'acme.com')
    await run(project, '2026-06-02')
    await project.signals('2026-06-03', 'acme.com')
    // As a kill between the CRM's yes and our commit leaves it: made with our key, and the state says absent.
    const id = crm.insert({
      [crm.name]: 'Acme Holding',
      [crm.website]: 'holding.example.com',
      [crm.key]: 'acme.com',
    })
    expect(await run(project, '2026-06-04')).toMatchObject({ created: 0, matched: 1 })
    expect(crm.records().get(id)).toMatchObject({
      [crm.name]: 'Acme Holding',
      [crm.website]: 'holding.example.com',
      [crm.stage]: 'investigation',
    })
  })

  it('several that fit make the account ambiguous, and none is made', async () => {
    const { project, crm, id } = await linkedAndAbsent(name)
    crm.update(id, { [crm.website]: 'newname.com' })
    crm.insertLate({ [crm.name]: 'Another', [crm.website]: 'newname.com' })
    await project.signals('2026-06-03', 'newname.com')
    expect(await run(project, '2026-06-04')).toMatchObject({ created: 0, ambiguous: 1 })
    expect(crm.records().size).toBe(2)
  })

  it('a hundred are looked up in a few calls', async () => {
    const project = await newProject(name)
    const { crm } = project
    const domains = Array.from({ length: 100 }, (_, n) => `company-${n}.com`)
    await project.signals('2026-06-01', ...domains)
    await run(project, '2026-06-02')
    crm.resetCounts()
    await run(project, '2026-06-02')
    const idle = crm.counts().read
    await project.signals('2026-06-03', ...domains)
    crm.resetCounts()
    expect(await run(project, '2026-06-04')).toMatchObject({ created: 100, matched: 0 })
    expect(crm.counts().read - idle).toBeLessThanOrEqual(name === 'hubspot' ? 5 : 2)
  })
})
