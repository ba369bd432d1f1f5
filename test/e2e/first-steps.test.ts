import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { CheckOutcome } from '../../src/run/check/check.ts'
import type { RunReport } from '../../src/run/sync/report.ts'
import { AS_OF, newPlace } from './place.ts'

interface Steps {
  steps: { action: string; name: string; done: boolean }[]
}

test('from an empty CRM to leads in it: check, setup, plan, sync, and nothing the second time', async () => {
  const place = await newPlace()
  const { control } = place.sandbox

  // check tells all that is lacking, each with the command that mends it.
  const lacking = await place.oql('check', '--json')
  expect(lacking.code).toBe(1)
  const found: CheckOutcome = JSON.parse(lacking.stdout)
  expect(found.ok).toBe(false)
  expect(found.connectors.hubspot?.identity).toContain('HubSpot account')
  const codes = new Set(found.problems.map(({ code }) => code))
  expect(codes).toEqual(new Set(['missing_field']))
  expect(found.problems.length).toBeGreaterThan(10)
  for (const { where, hint } of found.problems) {
    expect(where).toBe('connectors.hubspot')
    expect(hint).toContain('oql setup hubspot')
  }

  // sync refuses that connector with the same list.
  const refused = await place.oql('sync', '--as-of', AS_OF, '--json')
  expect(refused.code).toBe(1)
  const refusedReport: RunReport = JSON.parse(refused.stdout)
  expect(refusedReport.status).toBe('failed')
  expect(refusedReport.connectors.hubspot?.problems.join('\n')).toContain('oql check')
  expect(control.records('companies').some(({ properties }) => 'oql_stage' in properties)).toBe(false)

  // A dry run writes nothing; not on a terminal, setup applies.
  control.resetCounters()
  const dry = await place.json<Steps>('setup', 'hubspot', '--dry-run')
  expect(dry.steps.length).toBeGreaterThan(10)
  expect(dry.steps.every(step => !step.done)).toBe(true)
  expect(control.counters().write).toBe(0)
  const made = await place.json<Steps>('setup', 'hubspot')
  expect(made.steps.every(step => step.done)).toBe(true)
  expect((await place.json<Steps>('setup', 'hubspot')).steps).toEqual([])
  expect(await place.json<CheckOutcome>('check')).toMatchObject({ ok: true, problems: [] })

  // plan shows what sync then does, and writes nothing.
  control.resetCounters()
  const plan = await place.json<RunReport & { changes: unknown[] }>('plan', '--as-of', AS_OF)
  expect(control.counters().write).toBe(0)
  expect(plan.connectors.hubspot).toMatchObject({ created: 1, updated: 1, ambiguous: 1 })
  expect(plan.changes).toContainEqual(
    expect.objectContaining({
      connector: 'hubspot',
      domain: 'gamma.dev',
      remoteId: null,
      action: 'create',
      fields: expect.objectContaining({ oql_stage: { from: null, to: 'ongoing_usage' } }),
    }),
  )

  const report = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(report).toMatchObject({
    status: 'ok',
    asOf: '2025-06-02T00:00:00Z',
    accounts: { scored: 4, byStage: { ongoing_usage: 1, interest: 1 } },
    connectors: {
      hubspot: { status: 'ok', linked: 2, matched: 1, created: 1, updated: 1, ambiguous: 1, rejected: 0 },
    },
    notices: { delivered: 0, pending: 0, failed: 0, dropped: 0 },
  })
  expect(report.connectors.hubspot?.calls.write).toBe(2)
  const gamma = control.records('companies').find(({ properties }) => properties.domain === 'gamma.dev')
  expect(gamma?.properties).toMatchObject({
    oql_stage: 'ongoing_usage',
    oql_domain: 'gamma.dev',
    name: 'gamma',
  })

  const again = await place.json<RunReport>('sync', '--as-of', AS_OF)
  expect(again.connectors.hubspot).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 2,
    calls: { write: 0 },
  })

  const { runs } = await place.json<{ runs: RunReport[] }>('runs')
  expect(runs.map(({ status }) => status)).toEqual(['ok', 'ok', 'failed'])
  const shown = await place.json<{ runs: RunReport[] }>('runs', 'show', report.runId)
  expect(shown.runs).toEqual([
    expect.objectContaining({ runId: report.runId, connectors: report.connectors }),
  ])
})

test('init keeps what is there', async () => {
  const place = await newPlace()
  const config = path.join(place.directory, 'config/oql.yaml')
  const before = await readFile(config, 'utf8')
  const { written, kept } = await place.json<{ written: string[]; kept: string[] }>('init')
  expect(written).toEqual([])
  expect(kept).toContain(config)
  const fresh = await place.oql('init', 'fresh')
  expect(fresh.code).toBe(0)
  expect(fresh.stdout).toContain('oql check')
  expect(await readFile(path.join(place.directory, 'fresh/config/oql.yaml'), 'utf8')).toContain('version: 1')
  expect(await readFile(config, 'utf8')).toBe(before)
})
