import { expect, test, vi } from 'vitest'
import type { RevertReport } from '../../src/run/revert.ts'
import type { RunReport } from '../../src/run/sync/report.ts'
import { AS_OF, newPlace, type Place } from './place.ts'

/** Waits for something in another process. */
const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 60_000, interval: 20 })

type Reverted = RevertReport & { changes: { domain: string; action: string; fields: object; why: string }[] }

/** By id, what OQL wrote, and what people did. */
const companies = ({ sandbox }: Place) =>
  new Map(
    sandbox.control.records('companies').map(({ id, properties }) => {
      const fields = Object.entries(properties).filter(
        ([name, value]) => value !== '' && !/^(hs_|createdate)/.test(name),
      )
      return [id, Object.fromEntries(fields)]
    }),
  )

async function synced() {
  const place = await newPlace()
  await place.json('setup', 'hubspot')
  const before = companies(place)
  const run = await place.json<RunReport>('sync', '--as-of', AS_OF)
  return { place, before, run, after: companies(place) }
}

test('a run is shown, put back with a yes, and the revert itself too', async () => {
  const { place, before, run, after } = await synced()
  expect((await place.oql('runs', 'show', run.runId)).stdout).toContain(`oql revert ${run.runId}`)

  // Nobody can be asked here: without a yes it is a plan.
  const shown = await place.oql('revert', run.runId)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain('nothing was written')
  expect(shown.stdout).toMatch(/acme\.com.*oql_/s)
  const planned = await place.json<Reverted>('revert', run.runId)
  expect(planned).toMatchObject({
    reverts: run.runId,
    status: 'ok',
    connectors: { hubspot: { updated: 2, calls: { read: 3, write: 1 } } },
  })
  expect(planned.changes.map(({ domain, action }) => [domain, action]).toSorted()).toEqual([
    ['acme.com', 'update'],
    ['gamma.dev', 'update'],
  ])
  expect(companies(place)).toEqual(after)

  const done = await place.json<Reverted>('revert', run.runId, '--yes')
  expect(done.connectors).toMatchObject({ hubspot: { updated: 2, calls: { read: 3, write: 1 } } })
  expect(done.changes.map(({ fields }) => fields)).toEqual(planned.changes.map(({ fields }) => fields))
  const now = companies(place)
  for (const [id, fields] of before) expect(now.get(id)).toEqual(fields)
  const made = [...now].filter(([id]) => !before.has(id)).map(([, fields]) => fields)
  // HubSpot itself makes each new company a lead.
  const own = { lifecyclestage: 'lead' }
  expect(made).toEqual([{ ...own, name: 'gamma', domain: 'gamma.dev', oql_domain: 'gamma.dev' }])

  const { runs } = await place.json<{ runs: { runId: string; reverts?: string }[] }>('runs')
  expect(runs.map(({ runId, reverts }) => [runId, reverts])).toEqual([
    [done.runId, run.runId],
    [run.runId, undefined],
  ])
  const list = await place.oql('runs')
  expect(list.stdout).toMatch(new RegExp(`${done.runId}.*revert`))
  const told = await place.oql('runs', 'show', 'last')
  expect(told.stdout).toContain(`puts back what run ${run.runId} wrote`)
  expect((await place.oql('revert', 'last', '--yes')).stdout).toContain('2 updated')
  expect(companies(place)).toEqual(after)
})

test('2: a run that is not known names the nearest; one that wrote nothing says so', async () => {
  const { place, run } = await synced()
  for (const yes of [[], ['--yes']]) {
    const unknown = await place.oql('revert', `${run.runId}0`, ...yes)
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain(run.runId)
    const idle = await place.json<RunReport>('sync', '--as-of', AS_OF)
    const nothing = await place.oql('revert', idle.runId, ...yes)
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toContain('wrote nothing')
  }
})

test('kill -9 while the CRM has put it back and we have not heard it: the same revert again loses nothing', async () => {
  const { place, before, run, after } = await synced()
  const { control } = place.sandbox
  control.fault({
    trouble: { kind: 'slow', at: 'after_commit', delayMs: 600_000 },
    path: '/batch/update$',
    every: 1,
  })
  const killed = place.start('revert', run.runId, '--yes')
  await eventually(() => expect(companies(place)).not.toEqual(after))
  killed.child.kill('SIGKILL')
  expect((await killed.ended).code).toBeNull()
  control.clearFaults()

  const again = await place.json<Reverted>('revert', run.runId, '--yes')
  expect(again.connectors).toMatchObject({ hubspot: { updated: 0, unchanged: 2, calls: { write: 0 } } })
  const now = companies(place)
  for (const [id, fields] of before) expect(now.get(id)).toEqual(fields)
  expect((await place.json<RunReport>('sync', '--as-of', AS_OF)).connectors.hubspot).toMatchObject({
    updated: 2,
    created: 0,
  })
  expect(companies(place)).toEqual(after)
})

test('plan --verify shows what others overwrote, apart from the changes', async () => {
  const { place, after } = await synced()
  const acme = [...after].find(([, { oql_domain }]) => oql_domain === 'acme.com')?.[0] ?? ''
  place.sandbox.control.update('companies', acme, { oql_reason: 'mine' })
  const { changes } = await place.json<{ changes: object[] }>('plan', '--verify', '--as-of', AS_OF)
  expect(changes).toEqual([
    {
      connector: 'hubspot',
      domain: 'acme.com',
      remoteId: acme,
      action: 'drift',
      fields: { oql_reason: { from: 'mine', to: expect.stringContaining('Experimentation') } },
      why: expect.stringMatching(/\w/),
    },
  ])
  const shown = await place.oql('plan', '--verify', '--as-of', AS_OF)
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain('No change: every record is as it must be.')
  expect(shown.stdout).toMatch(/Drift: others overwrote 1 record.*acme\.com/s)
  expect((await place.oql('plan', '--as-of', AS_OF)).stdout).not.toContain('Drift')
  expect(companies(place).get(acme)).toMatchObject({ oql_reason: 'mine' })
})
