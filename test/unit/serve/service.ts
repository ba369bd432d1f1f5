import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createRedactor } from '../../../src/domain/redactor.ts'
import type { RunReport } from '../../../src/run/sync/report.ts'
import { type Service, serve } from '../../../src/serve/serve.ts'
import type { Snapshot } from '../../../src/serve/snapshot.ts'
import { hands } from './hands.ts'

export const REPORT: RunReport = {
  runId: 'run-1',
  status: 'ok',
  asOf: '2025-06-02T00:00:00Z',
  signals: { read: 12, accepted: 10, leftOut: { bot: 2 }, customTypes: {}, badRows: [] },
  accounts: {
    scored: 7,
    byStage: { interest: 4, investigation: 2, experimentation: 1, ongoing_usage: 0, inactive: 0 },
    retired: 0,
  },
  stageChanges: { total: 3, byMove: { 'none→interest': 2, 'interest→investigation': 1 } },
  connectors: {},
  notices: { delivered: 2, pending: 1, failed: 0, dropped: 0 },
  seconds: 4,
}

export const NOW = '2025-06-02T10:00:00Z'

/** A state in which a run ended a while ago: nothing is missed. */
export const RECENT: Snapshot = {
  last: run(REPORT),
  lastSuccess: run(REPORT),
  rejectionsOpen: { hubspot: 3 },
  callsToday: { hubspot: 40 },
}

export function run(report: RunReport, startedAt = '2025-06-02T09:30:00Z') {
  const began = new Date(startedAt)
  const { runId: id, status } = report
  const model = { name: 'default', hash: 'x' }
  const finishedAt = new Date(began.getTime() + 4_000)
  return { id, startedAt: began, finishedAt, asOf: began, model, status, remembered: true, report }
}

/** A service in this process, on a port of its own; the schedule is an hour away. */
export async function start(
  changes: Partial<Service> = {},
  settings: Partial<Service['config']['serve']> = {},
) {
  const stop = new AbortController()
  const redactor = createRedactor()
  redactor.hide(['hidden'])
  const lines: string[] = []
  const clock = hands(NOW)
  const listening = Promise.withResolvers<{ port: number }>()
  const ended = serve({
    config: {
      schedule: { cron: '0 * * * *', timezone: 'UTC', jitterMs: 0 },
      serve: {
        host: '127.0.0.1',
        port: 0,
        token: null,
        url: null,
        stopWithinMs: 30_000,
        ping: null,
        ...settings,
      },
    },
    clock,
    log: pino({ level: 'debug', base: null }, { write: line => void lines.push(line) }),
    random: () => 0,
    newRunId: () => 'run-2',
    stopped: stop.signal,
    run: async runId => ({ ...REPORT, runId }),
    look: async () => RECENT,
    onReport: async () => {},
    redactor,
    onListening: listening.resolve,
    ...changes,
  })
  onTestFinished(async () => {
    stop.abort()
    await clock.pass(60_000)
    await Promise.allSettled([ended])
  })
  const { port } = await Promise.race([listening.promise, ended.then(unlistened)])
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    clock,
    ended,
    log: () => lines.join(''),
    stop: () => stop.abort(),
    ask: (path: string, init: RequestInit = {}) => fetch(url + path, init),
    post: (path: string, headers: Record<string, string> = {}) =>
      fetch(url + path, { method: 'POST', headers }),
  }
}

function unlistened(): never {
  throw new Error('it ended before it listened')
}
