import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { RunReport } from '../run/sync/report.ts'
import { RunFailed } from '../run/sync/run-failed.ts'
import { LeaseLost } from '../state/lease/lease-lost.ts'

/** What a run is begun for; `retried`: another process held the lease at the first try. */
export type Why = 'scheduled' | 'missed' | 'retried' | 'requested'

/** How it went: `held` by another process's lease, and nothing done; `failed` tells, and the next one is the remedy. */
export type Outcome = 'ended' | 'failed' | 'held'

export interface RunUnderWay {
  runId: string
  why: Why
  since: Date
}

export interface Runner {
  /** Begins a run; null where one is under way here, or the service is stopping. */
  start(why: Why): { runId: string; ended: Promise<Outcome> } | null
  underWay(): RunUnderWay | null
  /** The last one's error, until a run ends without one. */
  lastError(): { runId: string; at: Date; message: string; hint: string | null } | null
  /** Resolves once no run is under way. */
  idle(): Promise<void>
}

export interface RunnerParts {
  clock: Clock
  log: Logger
  stopped: AbortSignal
  newRunId(): string
  /** One run; obeys `stopped`. */
  run(runId: string, log: Logger): Promise<RunReport>
  /** Hears of each report, a failed run's too. */
  onReport(report: RunReport, log: Logger): Promise<void>
}

/** One run at a time. A run that fails is logged, and the service goes on. */
export function createRunner(parts: RunnerParts): Runner {
  const { clock, stopped, newRunId } = parts
  let current: (RunUnderWay & { ended: Promise<Outcome> }) | null = null
  let lastError: ReturnType<Runner['lastError']> = null

  return {
    start(why) {
      if (stopped.aborted || current !== null) return null
      const runId = newRunId()
      const log = parts.log.child({ runId })
      const ended = runOnce(parts, runId, why, log).then(({ outcome, error }) => {
        current = null
        if (outcome === 'ended') lastError = null
        if (outcome === 'failed') lastError = { runId, at: new Date(clock.now()), ...inWords(error) }
        return outcome
      })
      current = { runId, why, since: new Date(clock.now()), ended }
      return { runId, ended }
    },
    underWay: () => current && { runId: current.runId, why: current.why, since: current.since },
    lastError: () => lastError,
    idle: async () => void (await current?.ended),
  }
}

async function runOnce(
  { run, onReport }: RunnerParts,
  runId: string,
  why: Why,
  log: Logger,
): Promise<{ outcome: Outcome; error?: unknown }> {
  // Who stands by tries again and again: that is no news.
  const level = why === 'retried' ? 'debug' : 'info'
  log[level]({ why }, 'run begins')
  try {
    const report = await run(runId, log)
    const { status, accounts, stageChanges, connectors, notices, seconds } = report
    log[status === 'ok' ? 'info' : 'warn'](
      { status, accounts: accounts.scored, stageChanges: stageChanges.total, connectors, notices, seconds },
      'run ended',
    )
    await onReport(report, log)
    return { outcome: 'ended' }
  } catch (error) {
    if (error instanceof UserError && error.exitCode === EXIT.leaseHeld) {
      if (error instanceof LeaseLost) log.warn({ hint: error.hint }, error.message)
      else log[level]({ why: error.message }, 'another process is at it: this one stands by')
      return { outcome: 'held' }
    }
    const { message, hint } = inWords(error)
    if (error instanceof UserError) log.error({ hint }, message)
    else log.error({ err: error }, 'run failed')
    if (error instanceof RunFailed) await onReport(error.report, log)
    return { outcome: 'failed', error }
  }
}

/** A bug's own words are for the log: they say nothing to who asks for the status. */
const inWords = (error: unknown): { message: string; hint: string | null } =>
  error instanceof UserError
    ? { message: error.message, hint: error.hint ?? null }
    : { message: 'an error that should not be: the log has it', hint: null }
