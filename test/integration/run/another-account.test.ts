import { describe, expect, it } from 'vitest'
import { renderPlan } from '../../../src/cli/render-plan.ts'
import { check } from '../../../src/run/check/check.ts'
import { compare } from '../../../src/run/compare/compare.ts'
import { addLink, removeLink } from '../../../src/run/links/edit-links.ts'
import { CRM_FIELDS } from '../../project/crm-fields.ts'
import { memoryProject, onlyCrm } from '../../project/memory-project.ts'
import type { CrmName } from '../../project/sandboxes.ts'
import { pretendTerminal } from '../../unit/cli/pretend-terminal.ts'
import { CRMS, newSandboxProject } from './sandbox-project.ts'

/** A synced project whose config leads to another account now, with a record of the same id. */
async function moved(name: CrmName, mapping?: string) {
  const project = await newSandboxProject(name)
  const { crm } = project
  crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
  await project.signals('2026-06-02', 'acme.com', 'new.com')
  const run = await project.sync('2026-06-09')
  expect(run.connectors.crm).toMatchObject({ status: 'ok', updated: 1, created: 1 })
  const [known] = crm.records().keys()
  const other = await project.another(mapping)
  const stranger = other.insert({ [other.name]: 'A stranger', [other.website]: 'stranger.com' })
  if (mapping === undefined) expect(stranger).toBe(known)
  const before = other.records()
  const untouched = () => {
    expect(other.counts().write).toBe(0)
    expect(other.records()).toEqual(before)
  }
  const entry = project.surroundings('2026-06-16').config.connectors.crm
  if (entry === undefined) throw new Error('the config has no connector crm')
  return { project, run, other, entry, stranger, untouched }
}

const BOTH = { hubspot: ['4000001', '999'], salesforce: ['00D5g00000SbxOrEAJ', '00D5g00000Other'] } as const

describe.each(CRMS)('credentials of another account of %s', name => {
  const refused = new RegExp(`crm: .*${BOTH[name][1]}.* answered.*${BOTH[name][0]}.*state\\.url`)

  it('write nothing in a sync, and the old ones go on', async () => {
    const { project, untouched } = await moved(name)
    await project.signals('2026-06-10', 'acme.com', 'more.com')
    const { status, connectors } = await project.sync('2026-06-16')
    expect(status).toBe('failed')
    expect(connectors.crm).toMatchObject({ status: 'failed', updated: 0, created: 0, linked: 2 })
    expect(connectors.crm?.problems).toEqual([expect.stringMatching(refused)])
    untouched()
  })

  it('read nothing in a plan, and the state is as before', async () => {
    const { project, untouched } = await moved(name)
    const plan = await project.plan('2026-06-16', { verify: true })
    expect(plan.report.connectors.crm?.status).toBe('failed')
    expect(plan.report.connectors.crm?.problems[0]).toMatch(refused)
    expect(await Array.fromAsync(plan.changes())).toEqual([])
    expect(await Array.fromAsync(plan.drift())).toEqual([])
    const shown = await renderPlan(pretendTerminal().terminal, plan)
    expect(shown).toContain('not everything was looked at')
    expect(shown).not.toContain('as it must be')
    await plan.close()
    untouched()
  })

  it('make nothing in a setup', async () => {
    const { project, untouched } = await moved(name)
    await project.configure(`  - { from: trend, to: ${CRM_FIELDS[name].ours('trend')} }`)
    await expect(project.setup()).rejects.toThrow(BOTH[name][1])
    untouched()
  })

  it('put nothing back in a revert', async () => {
    const { project, run, untouched } = await moved(name)
    const report = await project.revert(run.runId)
    expect(report.status).toBe('failed')
    expect(report.connectors.crm?.problems).toEqual([expect.stringMatching(refused)])
    untouched()
  })

  it('are a problem of check, before anything else is asked', async () => {
    const { project, other, untouched } = await moved(name)
    other.resetCounts()
    const { ok, problems } = await check(project.surroundings('2026-06-16'))
    expect(ok).toBe(false)
    expect(problems).toMatchObject([{ where: 'connectors.crm', code: 'another_account' }])
    // Salesforce's token tells.
    expect(other.counts().read).toBe(name === 'hubspot' ? 1 : 0)
    untouched()
  })

  it('are refused by links', async () => {
    const { project, entry, stranger, untouched } = await moved(name)
    const run = project.surroundings('2026-06-16')
    await expect(addLink(run, entry, { domain: 'acme.com', remoteId: stranger })).rejects.toThrow(/answered/)
    await expect(removeLink(run, entry, 'acme.com')).rejects.toThrow(/answered/)
    const links = await project.inState(state => state.links.count('crm'))
    expect(links).toBe(2)
    untouched()
  })

  it('are refused by compare', async () => {
    const field = name === 'hubspot' ? 'scarf_funnel_stage' : 'Scarf_Funnel_Stage__c'
    const { project, entry, untouched } = await moved(name, `  - { from: stage, to: ${field} }`)
    const run = project.surroundings('2026-06-16')
    await expect(compare(run, [entry], 'scarf')).rejects.toThrow(/answered/)
    untouched()
  })
})

describe('the account of a CRM', () => {
  it('is taken by a state that knows none, and not by a plan', async () => {
    const project = await memoryProject(['crm'])
    await project.signals('2026-06-02', 'acme.com')
    const known = () => project.inState(async state => (await state.connectors.get('crm')).account)
    const plan = await project.plan('2026-06-09')
    await plan.close()
    expect(await known()).toBeNull()
    await project.sync('2026-06-09')
    expect(await known()).toEqual(onlyCrm(project).account)
  })

  it('does not keep a run back where the CRM does not tell, and check says so', async () => {
    const project = await memoryProject(['crm'])
    const crm = onlyCrm(project)
    await project.signals('2026-06-02', 'acme.com')
    await project.sync('2026-06-09')
    crm.account = null
    expect((await project.sync('2026-06-16')).connectors.crm?.status).toBe('ok')
    const { config } = { config: project.config() }
    const outcome = await check({
      config,
      model: config.model,
      clock: { now: () => Date.now(), sleep: async () => undefined },
      log: (await import('pino')).pino({ level: 'silent' }),
      signal: new AbortController().signal,
    })
    expect(outcome.warnings).toMatchObject([{ where: 'connectors.crm', code: 'untold_account' }])
  })

  it('sends no notices to another one', async () => {
    const project = await memoryProject(['crm'], {
      mapping: 'on_stage_change: [ { task: { when: {} } } ]',
    })
    const crm = onlyCrm(project)
    crm.add({ domain: 'acme.com' })
    await project.signals('2026-05-02', 'acme.com')
    await project.sync('2026-05-09')
    crm.beforeNotify = () => ({ kind: 'fails', failure: { kind: 'transient', message: 'not now' } })
    await project.sync('2026-09-09')
    expect(await project.inState(state => state.notices.count('pending'))).toBe(1)
    crm.beforeNotify = () => undefined
    crm.account = { id: 'other', name: 'Another' }
    expect((await project.sync('2026-09-16')).connectors.crm?.status).toBe('failed')
    expect(crm.made).toEqual([])
  })
})
