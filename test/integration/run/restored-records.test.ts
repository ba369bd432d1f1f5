import { describe, expect, it } from 'vitest'
import { type HeldClock, heldClock } from '../../project/clocks.ts'
import { reportOf } from '../../project/new-project.ts'
import type { CrmName } from '../../project/sandboxes.ts'
import { CRMS, NOW, newSandboxProject } from './sandbox-project.ts'

const DAY_MS = 24 * 3_600_000

/** What looking for one that was lost takes. */
const LOOKS = { hubspot: 3, salesforce: 2 }

/** Salesforce gives each record to somebody. */
const SOMEBODY = { hubspot: { hubspot_owner_id: '4711' }, salesforce: {} }

/** Linked to a record that people own; then it was deleted, and a run saw it. Nothing makes records. */
async function lostRecord(name: CrmName) {
  const project = await newSandboxProject(name)
  await project.configure('', { create: '' })
  const { crm } = project
  const clock: HeldClock = heldClock(NOW)
  const run = async (asOf: string) => reportOf(await project.sync(asOf, { clock }), 'crm')
  const id = crm.insert({ [crm.name]: 'Acme', [crm.website]: 'acme.com' })
  await project.signals('2026-06-01', 'acme.com')
  expect(await run('2026-06-02')).toMatchObject({ matched: 1, updated: 1 })
  crm.remove(id)
  await project.signals('2026-06-03', 'acme.com')
  expect(await run('2026-06-04')).toMatchObject({ matched: 0, linked: 0 })
  // What is new is asked for with an overlap: it is over.
  crm.advance(3_600_000)
  const linked = () =>
    project.inState(async state => (await state.links.get('crm', ['acme.com'])).get('acme.com')?.remoteId)
  const pass = (ms: number) => {
    clock.at += ms
    crm.advance(ms)
  }
  return { project, crm, run, id, linked, pass }
}

it('HubSpot: an account that shared it, whose key is not on it, is linked again too', async () => {
  const { project, crm, run, id, pass } = await lostRecord('hubspot')
  const domains = ['acme.com', 'acme.dev']
  const other = crm.insert({ [crm.name]: 'Shared', [crm.website]: 'acme.dev' })
  await project.signals('2026-06-05', ...domains)
  expect(await run('2026-06-06')).toMatchObject({ matched: 1 })
  crm.remove(other)
  await project.signals('2026-06-07', 'acme.dev')
  expect(await run('2026-06-08')).toMatchObject({ linked: 0 })
  crm.restore(id)
  crm.update(id, { hs_additional_domains: 'acme.dev' })
  pass(DAY_MS)
  expect(await run('2026-06-09')).toMatchObject({ matched: 2, linked: 2, shared: 1 })
})

describe.each(CRMS)('%s: a record that was deleted, and is there again', name => {
  it('is linked within a day, and keeps what people called it and whose it is', async () => {
    const { crm, run, id, linked, pass } = await lostRecord(name)
    crm.restore(id)
    crm.update(id, { [crm.name]: 'Acme Holding', [crm.website]: 'holding.example.com', ...SOMEBODY[name] })
    const {
      [crm.stage]: _stage,
      [crm.score]: _score,
      [crm.reason]: _reason,
      ...owned
    } = crm.records().get(id) ?? {}
    expect(Object.keys(owned)).toContain(crm.owner)
    pass(DAY_MS)
    expect(await run('2026-06-05')).toMatchObject({ status: 'ok', matched: 1, created: 0, linked: 1 })
    expect(await linked()).toBe(id)
    expect(crm.records().get(id)).toMatchObject({ ...owned, [crm.stage]: 'investigation' })
    expect(crm.records().size).toBe(1)
  })

  it('costs nothing in the runs between, and nothing for ever', async () => {
    const { crm, run, pass } = await lostRecord(name)
    const reads = async (asOf: string) => {
      crm.resetCounts()
      await run(asOf)
      return crm.counts().read
    }
    const idle = await reads('2026-06-04')
    expect(await reads('2026-06-04')).toBe(idle)
    pass(DAY_MS)
    expect(await reads('2026-06-05')).toBe(idle + LOOKS[name])
    expect(await reads('2026-06-05')).toBe(idle)
    pass(90 * DAY_MS)
    expect(await reads('2026-06-06')).toBe(idle)
  })

  it('is linked though the rules of matching changed meanwhile', async () => {
    const { project, crm, run, id, linked, pass } = await lostRecord(name)
    await project.configure('', {
      create: '',
      match: `by: ${crm.website}, skip: { ${crm.note}: "closed" }`,
    })
    await run('2026-06-04')
    crm.restore(id)
    crm.update(id, { [crm.website]: 'holding.example.com' })
    pass(DAY_MS)
    await run('2026-06-05')
    expect(await linked()).toBe(id)
  })
})
