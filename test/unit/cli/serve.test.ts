import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Clock } from '../../../src/delivery/clock.ts'
import { UserError } from '../../../src/domain/errors.ts'
import type { RunReport } from '../../../src/run/report.ts'
import { type Service, serve } from '../../../src/serve/serve.ts'

const REPORT: RunReport = {
  runId: 'r1',
  status: 'ok',
  asOf: '2025-06-02T00:00:00Z',
  signals: { read: 0, accepted: 0, leftOut: {}, customTypes: {}, badRows: [] },
  accounts: {
    scored: 0,
    byStage: { interest: 0, investigation: 0, experimentation: 0, ongoing_usage: 0, inactive: 0 },
    retired: 0,
  },
  stageChanges: { total: 0, byMove: {} },
  connectors: {},
  notices: { delivered: 0, pending: 0, failed: 0, dropped: 0 },
  seconds: 0,
}

/** Nothing of the schedule falls due while a test runs: only what is overdue runs. */
const YEARLY = '0 0 1 1 *'
const NOW = Date.parse('2025-06-02T10:00:00Z')

/** Time stands still: nobody waits for long enough. */
const STILL: Clock = {
  now: () => NOW,
  sleep: (_ms, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
}
/** Every wait is over at once. */
const RUSHING: Clock = { now: () => NOW, sleep: () => Promise.resolve() }

function service(
  stopped: AbortSignal,
  changes: Partial<Service>,
  cron = YEARLY,
): { service: Service; log(): string } {
  const lines: string[] = []
  return {
    log: () => lines.join(''),
    service: {
      config: {
        schedule: { cron, timezone: 'UTC', jitterMs: 0 },
        serve: { host: '', port: 0, token: null, url: null, stopWithinMs: 1_000, ping: null },
      },
      clock: STILL,
      log: pino({ level: 'info', base: null }, { write: line => void lines.push(line) }),
      stopped,
      run: async () => REPORT,
      lastStarted: async () => null,
      ...changes,
    },
  }
}

test('makes up for a missed run at the start, and stops in good order', async () => {
  const stop = new AbortController()
  const { service: one, log } = service(stop.signal, {
    run: async () => {
      stop.abort()
      return REPORT
    },
  })
  expect(await serve(one)).toBe(true)
  expect(log()).toContain('run ended')
})

test('waits for the schedule where nothing was missed', async () => {
  const stop = new AbortController()
  let runs = 0
  const { service: one } = service(stop.signal, {
    run: async () => {
      runs++
      return REPORT
    },
    lastStarted: async () => {
      setImmediate(() => stop.abort())
      return new Date(NOW - 60_000)
    },
  })
  expect(await serve(one)).toBe(true)
  expect(runs).toBe(0)
})

test.each([
  ['a user’s error', new UserError('guard: too old', { hint: 'go on with --yes' }), 'go on with --yes'],
  ['a bug', new Error('boom'), 'boom'],
])('%s is logged and does not end the service', async (_what, error, told) => {
  const stop = new AbortController()
  let stopped = false
  const { service: one, log } = service(stop.signal, {
    run: () => {
      setImmediate(() => {
        stopped = true
        stop.abort()
      })
      return Promise.reject(error)
    },
  })
  expect(await serve(one)).toBe(true)
  // It ended because it was told to, not because the run failed.
  expect(stopped).toBe(true)
  expect(log()).toContain(told)
})

test('a run that does not end in time is given up', async () => {
  const stop = new AbortController()
  const { service: one } = service(stop.signal, {
    clock: RUSHING,
    run: () => {
      stop.abort()
      return new Promise(() => undefined)
    },
  })
  expect(await serve(one)).toBe(false)
})

test('runs by the schedule, one at a time', async () => {
  const stop = new AbortController()
  let underWay = 0
  let most = 0
  let runs = 0
  const { service: one } = service(
    stop.signal,
    {
      lastStarted: async () => new Date(NOW),
      run: async () => {
        underWay++
        most = Math.max(most, underWay)
        await new Promise(resolve => setImmediate(resolve))
        underWay--
        runs++
        if (runs === 2) stop.abort()
        return REPORT
      },
    },
    '* * * * * *',
  )
  expect(await serve(one)).toBe(true)
  expect(runs).toBe(2)
  expect(most).toBe(1)
})
