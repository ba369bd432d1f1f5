import type { Config } from '../config/config.ts'
import type { Runner } from './runner.ts'
import type { Snapshot } from './snapshot.ts'

/** What `GET /api/status` answers. Times in ISO. */
export interface Status {
  schedule: { cron: string; timezone: string; jitterSeconds: number; next: string | null }
  /** Of this process only; it ends with it. */
  paused: boolean
  stopping: boolean
  /** In this process; `lastRun` tells of the others. */
  underWay: { runId: string; why: string; since: string } | null
  lastRun: {
    runId: string
    status: string
    startedAt: string
    finishedAt: string | null
    /** As `sync --json` prints it; null until the run ended. */
    report: unknown
  } | null
  /** Of the last run here that failed as a whole, until one does not. */
  lastError: { runId: string; at: string; message: string; hint: string | null } | null
}

export function statusOf(parts: {
  schedule: Config['schedule']
  next: number | null
  paused: boolean
  stopping: boolean
  runner: Pick<Runner, 'underWay' | 'lastError'>
  last: Snapshot['last']
}): Status {
  const { schedule, next, paused, stopping, runner, last } = parts
  const underWay = runner.underWay()
  const error = runner.lastError()
  return {
    schedule: {
      cron: schedule.cron,
      timezone: schedule.timezone,
      jitterSeconds: schedule.jitterMs / 1_000,
      next: next === null ? null : new Date(next).toISOString(),
    },
    paused,
    stopping,
    underWay: underWay && { ...underWay, since: underWay.since.toISOString() },
    lastRun: last && {
      runId: last.id,
      status: last.status,
      startedAt: last.startedAt.toISOString(),
      finishedAt: last.finishedAt?.toISOString() ?? null,
      report: last.report,
    },
    lastError: error && { ...error, at: error.at.toISOString() },
  }
}
