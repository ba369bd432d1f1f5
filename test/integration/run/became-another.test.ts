import { describe, expect, it } from 'vitest'
import { addLink } from '../../../src/run/links/edit-links.ts'
import type { CrmName } from '../../project/sandboxes.ts'
import { CRMS, newSandboxProject, type SandboxProject } from './sandbox-project.ts'

const MORE = ['2026-06-03', '2026-06-04', '2026-06-05']

async function crmOf(project: SandboxProject, asOf: string) {
  const report = await project.sync(asOf)
  const { crm } = report.connectors
  if (crm === undefined) throw new Error('the run has no report of crm')
  return { ...crm, runId: report.runId }
}

/** acme.com has a record that was written in full, and another one of sales holds a stage and a reason of old. */
async function written(name: CrmName) {
  const project = await newSandboxProject(name)
  const { crm } = project
  await project.configure('refresh_after: never')
  const ours = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
  await project.signals('2026-06-01', 'acme.com')
  expect(await crmOf(project, '2026-06-02')).toMatchObject({ matched: 1, updated: 1 })
  const other = crm.insert({ [crm.name]: 'Acme Holding', [crm.stage]: 'inactive', [crm.reason]: 'of old' })
  return { project, crm, ours, other }
}

/** The score moves, and neither stage nor reason. */
async function usedMore(project: SandboxProject) {
  for (const day of MORE) await project.signals(day, 'acme.com')
}

const linkOf = (project: SandboxProject) =>
  project.inState(async state => (await state.links.get('crm', ['acme.com'])).get('acme.com')?.remoteId)

const accountOf = (project: SandboxProject) =>
  project.inState(async state => (await state.accounts.get(['acme.com'])).get('acme.com'))

describe.each(CRMS)('%s: a record that became another one', name => {
  it('holds all that it should after the next write, and nothing is written after that', async () => {
    const { project, crm, ours, other } = await written(name)
    const id = crm.merge(other, ours)
    await usedMore(project)
    const report = await crmOf(project, '2026-06-06')
    expect(report).toMatchObject({ status: 'ok', updated: 1, unchanged: 0, created: 0, rejected: 0 })
    const account = await accountOf(project)
    expect(await linkOf(project)).toBe(id)
    expect(crm.records().get(id)).toMatchObject({
      [crm.name]: 'Acme Holding',
      [crm.stage]: account?.stage,
      [crm.reason]: account?.reason,
      [crm.key]: 'acme.com',
    })
    expect(crm.records().size).toBe(1)
    expect(await crmOf(project, '2026-06-06')).toMatchObject({
      unchanged: 1,
      updated: 0,
      calls: { write: 0 },
    })
  })

  it('gets back what it held when the run is undone', async () => {
    const { project, crm, ours, other } = await written(name)
    const id = crm.merge(other, ours)
    await usedMore(project)
    const { runId } = await crmOf(project, '2026-06-06')
    await project.revert(runId)
    // The reason went to the record before anybody knew that it was another one.
    expect(crm.records().get(id)).toMatchObject({ [crm.name]: 'Acme Holding', [crm.stage]: 'inactive' })
  })

  it('is written whole by the run after one that was killed in between', async () => {
    const { project, crm, ours, other } = await written(name)
    const id = crm.merge(other, ours)
    await usedMore(project)
    const stop = new AbortController()
    crm.onWrite(1, () => stop.abort(new Error('stopped')))
    await project.sync('2026-06-06', { signal: stop.signal })
    await crmOf(project, '2026-06-06')
    const account = await accountOf(project)
    expect(crm.records().get(id)).toMatchObject({
      [crm.stage]: account?.stage,
      [crm.reason]: account?.reason,
      [crm.key]: 'acme.com',
    })
  })

  it('because a person says so, is written whole', async () => {
    const { project, crm, other } = await written(name)
    const surroundings = project.surroundings('2026-06-06')
    const entry = surroundings.config.connectors.crm
    if (entry === undefined) throw new Error('the config has no connector crm')
    await addLink(surroundings, entry, { domain: 'acme.com', remoteId: other })
    expect(await crmOf(project, '2026-06-06')).toMatchObject({ updated: 1 })
    const account = await accountOf(project)
    expect(crm.records().get(other)).toMatchObject({
      [crm.stage]: account?.stage,
      [crm.reason]: account?.reason,
      [crm.key]: 'acme.com',
    })
  })
})
