import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../src/domain/errors.ts'
import type { CrmName } from '../../project/sandboxes.ts'
import { CRMS, NOW, newSandboxProject, type SandboxProject } from './sandbox-project.ts'

const named = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `company${String(from + n).padStart(3, '0')}.com`)

/** Companies that the CRM has: each has its domain, a name and a note of its own. */
function seed({ crm }: SandboxProject, domains: readonly string[]): Map<string, string> {
  return new Map(
    domains.map(domain => [
      domain,
      crm.insert({ [crm.name]: domain, [crm.website]: domain, [crm.note]: `of ${domain}` }),
    ]),
  )
}

/** So many are there, so many more are made: 250 and 30 are more than one batch of each CRM. */
async function synced(name: CrmName, there = 3, made = 1, options = {}) {
  const project = await newSandboxProject(name, options)
  const known = named(0, there)
  const others = named(there, there + made)
  const ids = seed(project, known)
  await project.signals('2026-06-02', ...known, ...others)
  const before = project.crm.records()
  const run = await project.sync('2026-06-09')
  expect(run.connectors.crm).toMatchObject({ status: 'ok', updated: there, created: made })
  return { project, crm: project.crm, known, others, ids, before, run }
}

/** The id of the first company. */
const first = (ids: ReadonlyMap<string, string>): string => {
  const [id] = ids.values()
  if (id === undefined) throw new Error('there is no company')
  return id
}

describe.each(CRMS)('reverting a run in %s', name => {
  it('puts every field back, clears ours on records it made, and costs the floor', async () => {
    const { project, crm, before, run } = await synced(name, 250, 30)
    const after = crm.records()
    const made = [...after.keys()].filter(id => !before.has(id))
    crm.resetCounts()

    const report = await project.revert(run.runId)
    expect(report).toMatchObject({
      reverts: run.runId,
      status: 'ok',
      leftAlone: [],
      connectors: { crm: { updated: 280, unchanged: 0, skipped: 0, rejected: 0, problems: [], linked: 280 } },
    })
    const { read, write } = crm.counts()
    // One read describes the fields, and HubSpot is asked whose records these are; a query of Salesforce takes about 400 ids.
    expect(read).toBe(name === 'hubspot' ? 1 + 1 + 3 : 1 + 1)
    expect(write).toBe(Math.ceil(280 / crm.batch))
    expect(report.connectors.crm?.calls).toEqual({ read, write })

    const now = crm.records()
    expect(now.size).toBe(280)
    for (const [id, fields] of before) expect(now.get(id)).toEqual(fields)
    for (const id of made) {
      const { [crm.stage]: _s, [crm.score]: _p, [crm.reason]: _r, ...stays } = after.get(id) ?? {}
      expect(now.get(id)).toEqual(stays)
      expect(stays).toHaveProperty([crm.key])
    }

    // The next sync plans anew, and writes the same.
    const again = await project.sync('2026-06-09')
    expect(again.connectors.crm).toMatchObject({ status: 'ok', updated: 280, created: 0, linked: 280 })
    expect(crm.records()).toEqual(after)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 0, unchanged: 280 })
  })

  it('shows what it would do, in the same calls, and writes nothing', async () => {
    const { project, crm, ids, run } = await synced(name)
    const after = crm.records()
    crm.resetCounts()
    const { report, changes } = await project.planRevert(run.runId)
    expect(crm.counts().write).toBe(0)
    expect(crm.records()).toEqual(after)
    // Records to be made and to be changed go back together: nothing is made.
    expect(report.connectors.crm).toMatchObject({
      status: 'ok',
      updated: 4,
      calls: { read: name === 'hubspot' ? 3 : 2, write: 1 },
    })
    const change = changes.find(({ remoteId }) => remoteId === first(ids))
    expect(change).toMatchObject({
      connector: 'crm',
      domain: 'company000.com',
      action: 'update',
      fields: { [crm.stage]: { from: 'investigation', to: null }, [crm.key]: { to: null } },
      why: expect.stringContaining(run.runId),
    })
    expect(await project.inState(state => state.runs.list(10))).toHaveLength(1)
    expect((await project.revert(run.runId)).connectors.crm?.calls).toEqual(report.connectors.crm?.calls)
  })

  it('takes back the last run alone: what an earlier one wrote comes back', async () => {
    const { project, crm } = await synced(name)
    const before = crm.records()
    const second = await project.sync('2026-08-10')
    expect(second.stageChanges.byMove).toEqual({ 'investigation→inactive': 4 })
    expect(crm.records()).not.toEqual(before)
    await project.revert('last')
    expect(crm.records()).toEqual(before)
    expect((await project.sync('2026-08-10')).connectors.crm).toMatchObject({ updated: 4 })
  })

  it('leaves alone what a person, or a later run, changed since, and says so', async () => {
    const { project, crm, ids, run } = await synced(name)
    const id = first(ids)
    crm.update(id, { [crm.reason]: 'mine', [crm.note]: 'mine too' })
    const report = await project.revert(run.runId)
    expect(crm.records().get(id)).toMatchObject({ [crm.reason]: 'mine', [crm.note]: 'mine too' })
    expect(crm.records().get(id)).not.toHaveProperty([crm.stage])
    expect(report.leftAlone).toEqual([
      {
        connector: 'crm',
        domain: 'company000.com',
        remoteId: id,
        fields: { [crm.reason]: { wrote: expect.any(String), holds: 'mine' } },
      },
    ])
    expect(report.connectors.crm?.problems).toEqual([
      expect.stringContaining(`company000.com (${crm.reason})`),
    ])
    await project.sync('2026-06-09')
    expect(crm.records().get(id)).toMatchObject({ [crm.reason]: 'mine', [crm.stage]: 'investigation' })

    const later = await project.sync('2026-08-10')
    expect(later.connectors.crm?.updated).toBe(4)
    const inactive = crm.records()
    const skipped = await project.planRevert(run.runId)
    // The key is as that run wrote it.
    expect(skipped.changes.every(({ fields }) => !(crm.stage in fields))).toBe(true)
    expect(crm.records()).toEqual(inactive)
  })

  it('can be reverted itself', async () => {
    const { project, crm, run } = await synced(name)
    const after = crm.records()
    const back = await project.revert(run.runId)
    const forth = await project.revert(back.runId)
    expect(forth).toMatchObject({ reverts: back.runId, status: 'ok', connectors: { crm: { updated: 4 } } })
    expect(crm.records()).toEqual(after)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 0, unchanged: 4 })
    const runs = await project.inState(state => state.runs.list(10))
    expect(runs.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(runs[1]?.report).toMatchObject({ reverts: back.runId })
  })

  it('goes on where it was stopped, and where answers were lost', async () => {
    const { project, crm, before, run } = await synced(name, 1_300, 0)
    const stop = new AbortController()
    crm.onWrite(1, () => stop.abort(new Error('stopped')))
    const stopped = await project.revert(run.runId, { signal: stop.signal })
    expect(stopped.status).toBe('partial')
    const done = stopped.connectors.crm?.updated ?? 0
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(1_300)
    expect(stopped.connectors.crm?.problems.join()).toContain(`oql revert ${run.runId} goes on`)

    crm.loseAnswers(1)
    const rest = await project.revert(run.runId)
    expect(rest).toMatchObject({
      status: 'ok',
      connectors: { crm: { updated: 1_300 - done, unchanged: done } },
    })
    expect(crm.records()).toEqual(before)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 1_300, created: 0 })
  })

  it('knows again what it wrote before it was killed, and could not record', async () => {
    const { project, crm, known, run, before } = await synced(name, 3, 0)
    const after = crm.records()
    const remembered = await project.inState(async state => ({
      delivered: [...(await state.delivered.get('crm', known)).values()],
      links: [...(await state.links.get('crm', known)).values()],
    }))
    await project.revert(run.runId)
    // As though the process had died when the CRM had just said yes.
    await project.inState(async state => {
      await state.delivered.put('crm', remembered.delivered)
      await state.links.put(remembered.links)
    })
    const again = await project.revert(run.runId)
    expect(again.connectors.crm).toMatchObject({
      status: 'ok',
      updated: 0,
      unchanged: 3,
      calls: { write: 0 },
    })
    expect(crm.records()).toEqual(before)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 3 })
    expect(crm.records()).toEqual(after)
  })

  it('passes over records that are gone, and leaves no rejection behind', async () => {
    const { project, crm, ids, run } = await synced(name)
    crm.remove(first(ids))
    const report = await project.revert(run.runId)
    expect(report).toMatchObject({ status: 'ok', connectors: { crm: { updated: 3, skipped: 1 } } })
    expect(report.connectors.crm?.problems).toEqual(['1 records are gone: company000.com'])
    expect(await project.inState(state => Array.fromAsync(state.rejections.list()))).toEqual([])
  })

  it('puts a field back that the mapping does not name any more', async () => {
    const project = await newSandboxProject(name)
    const { crm } = project
    await project.configure(`  - { value: ours, to: ${crm.note} }`)
    const id = first(seed(project, ['company000.com']))
    const before = crm.records().get(id)
    await project.signals('2026-06-02', 'company000.com')
    const mistake = await project.sync('2026-06-09')
    expect(crm.records().get(id)).toMatchObject({ [crm.note]: 'ours' })
    await project.configure('')
    await project.revert(mistake.runId)
    expect(crm.records().get(id)).toEqual(before)
  })
})

describe('what there is nothing of', () => {
  it('is a run that is not known: the nearest are named', async () => {
    const { project, run } = await synced('hubspot')
    const mistyped = `${run.runId.slice(0, -1)}${run.runId.endsWith('0') ? '1' : '0'}`
    for (const attempt of [project.revert, project.planRevert]) {
      await expect(attempt(mistyped)).rejects.toMatchObject({
        exitCode: EXIT.usage,
        message: `no run is called ${mistyped}`,
        hint: expect.stringContaining(run.runId),
      })
    }
  })

  it('is a run that wrote nothing, and one whose changes are not kept any more', async () => {
    const { project } = await synced('hubspot')
    const idle = await project.sync('2026-06-09')
    await expect(project.revert(idle.runId)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining('wrote nothing'),
    })
    const id = 'of-long-ago'
    const startedAt = new Date(NOW.getTime() - 40 * 86_400_000)
    await project.inState(state =>
      state.runs.begin({ id, startedAt, asOf: startedAt, model: { name: 'default', hash: '' } }),
    )
    await expect(project.revert(id)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining('not kept any more'),
      hint: expect.stringContaining('30 days'),
    })
  })
})

describe('reverting by jobs, in salesforce', () => {
  it('puts many records back in one job', async () => {
    const { project, crm, before, run } = await synced('salesforce', 30, 0, { bulk_threshold: 10 })
    const report = await project.revert(run.runId)
    expect(report).toMatchObject({ status: 'ok', connectors: { crm: { updated: 30, calls: { write: 3 } } } })
    expect(crm.records()).toEqual(before)
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 30 })
  })

  it('that nobody waited for: the next sync hears of it, and writes all of it again, with the key', async () => {
    const { project, crm, run } = await synced('salesforce', 30, 0, { bulk_threshold: 10 })
    const after = crm.records()
    const stop = new AbortController()
    // The third write starts the job.
    crm.onWrite(3, () => stop.abort(new Error('stopped')))
    const stopped = await project.revert(run.runId, { signal: stop.signal })
    expect(stopped.status).not.toBe('ok')
    // The 30 that the job put back are told by this run, which then writes them again.
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ status: 'ok', updated: 60 })
    expect(crm.records()).toEqual(after)
    const links = await project.inState(state => Array.fromAsync(state.links.list('crm')))
    expect(links.every(({ stamped }) => stamped)).toBe(true)
  })

  it('hears first what became of the job of the run itself', async () => {
    const project = await newSandboxProject('salesforce', { bulk_threshold: 10 })
    const { crm } = project
    await project.signals('2026-06-02', ...named(0, 30))
    const stop = new AbortController()
    crm.onWrite(3, () => stop.abort(new Error('stopped')))
    const run = await project.sync('2026-06-09', { signal: stop.signal })
    expect(run.connectors.crm).toMatchObject({ created: 0 })

    const report = await project.revert(run.runId)
    expect(report).toMatchObject({ status: 'ok', connectors: { crm: { updated: 30, linked: 30 } } })
    expect(crm.records().size).toBe(30)
    for (const fields of crm.records().values()) {
      expect(fields).not.toHaveProperty([crm.stage])
      expect(fields).toHaveProperty([crm.key])
    }
    expect((await project.sync('2026-06-09')).connectors.crm).toMatchObject({ updated: 30, created: 0 })
  })
})
