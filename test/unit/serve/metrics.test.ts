import { expect, test } from 'vitest'
import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import { blankReport } from '../../../src/delivery/connector-report.ts'
import { failedReport } from '../../../src/run/sync/run-failed.ts'
import { NOW, RECENT, REPORT, run, start } from './service.ts'

type Service = Awaited<ReturnType<typeof start>>

/** One sample by its name and labels, as they stand in the text. */
async function read({ ask }: Service): Promise<(sample: string) => number | undefined> {
  const answer = await ask('/metrics')
  expect(answer.headers.get('content-type')).toContain('text/plain')
  const text = await answer.text()
  const samples = new Map(
    text
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map((line): [string, number] => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space), Number(line.slice(space + 1))]
      }),
  )
  return sample => samples.get(sample)
}

const CONNECTOR: ConnectorReport = {
  ...blankReport(),
  status: 'partial',
  linked: 5,
  created: 1,
  updated: 2,
  ambiguous: 1,
  rejected: 1,
  calls: { read: 4, write: 2 },
  problems: ['one'],
  budget: { used: 40, of: 160 },
}

test('a start shows what the state remembers', async () => {
  const last = run({ ...REPORT, connectors: { hubspot: CONNECTOR } })
  const value = await read(await start({ look: async () => ({ ...RECENT, last }) }))
  expect(value('oql_accounts{stage="interest"}')).toBe(4)
  expect(value('oql_signals_left_out{reason="bot"}')).toBe(2)
  expect(value('oql_last_success_timestamp_seconds')).toBe(Date.parse('2025-06-02T09:30:00Z') / 1_000)
  expect(value('oql_connector_linked{connector="hubspot"}')).toBe(5)
  expect(value('oql_connector_ok{connector="hubspot"}')).toBe(0)
  expect(value('oql_connector_rejections_open{connector="hubspot"}')).toBe(3)
  expect(value('oql_connector_calls_today{connector="hubspot"}')).toBe(40)
  expect(value('oql_connector_budget_used_ratio{connector="hubspot"}')).toBe(0.25)
  expect(value('oql_notices_pending')).toBe(1)
  expect(value('oql_next_run_timestamp_seconds')).toBe(Date.parse('2025-06-02T11:00:00Z') / 1_000)
  expect(value('oql_runs_total{status="ok"}')).toBeUndefined()
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(0)
})

test('runs are counted', async () => {
  const service = await start({ run: async () => ({ ...REPORT, connectors: { hubspot: CONNECTOR } }) })
  await service.post('/api/runs')
  await service.post('/api/runs')
  const value = await read(service)
  expect(value('oql_runs_total{status="ok"}')).toBe(2)
  expect(value('oql_run_duration_seconds_bucket{le="5"}')).toBe(2)
  expect(value('oql_stage_changes_total{from="interest",to="investigation"}')).toBe(2)
  expect(value('oql_connector_calls_total{connector="hubspot",kind="read"}')).toBe(8)
  expect(value('oql_connector_changes_total{connector="hubspot",result="rejected"}')).toBe(2)
  expect(value('oql_notices_total{status="delivered"}')).toBe(4)
})

test('a run that failed as a whole is counted, and leaves the figures of the last that did not', async () => {
  const report = failedReport({ runId: 'run-9', asOf: new Date(NOW), seconds: 1, error: 'guard' })
  const value = await read(await start({ look: async () => ({ ...RECENT, last: run(report, NOW) }) }))
  expect(value('oql_accounts{stage="interest"}')).toBe(4)
  expect(value('oql_last_run_timestamp_seconds')).toBe(Date.parse(NOW) / 1_000 + 4)
})

test('a state that is away is a figure, and no error', async () => {
  const value = await read(await start({ look: () => Promise.reject(new Error('away')) }))
  expect(value('oql_state_reachable')).toBe(0)
})

test('a pause is seen', async () => {
  const service = await start()
  await service.post('/api/pause')
  expect((await read(service))('oql_paused')).toBe(1)
})
