import { once } from 'node:events'
import { schedule } from 'node-cron'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Clock } from '../delivery/clock.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { RunReport } from '../run/report.ts'
import { isOverdue } from './overdue.ts'

export interface Service {
  config: Pick<Config, 'schedule' | 'serve'>
  clock: Clock
  log: Logger
  /** Aborted when the service is to stop. */
  stopped: AbortSignal
  /** One run; obeys `stopped`. */
  run(): Promise<RunReport>
  /** When the last run that ended well or in part began; null for none. */
  lastStarted(): Promise<Date | null>
}

/**
 * Runs on a schedule until it is stopped. A run that fails is logged, and the next one comes in its time; a run at a
 * time. At the start it makes up for one that was missed.
 * @returns false where the run under way did not end within `serve.stop_within`
 */
export async function serve(service: Service): Promise<boolean> {
  const { config, clock, log, stopped } = service
  const { cron, timezone, jitterMs } = config.schedule
  let underWay: Promise<void> | null = null
  const start = (why: string): Promise<void> => {
    if (stopped.aborted) return Promise.resolve()
    if (underWay !== null) {
      log.warn('the run before is still under way: this one is left out')
      return underWay
    }
    underWay = runOnce(service, why).finally(() => {
      underWay = null
    })
    return underWay
  }
  const task = schedule(cron, () => start('scheduled'), {
    name: 'oql sync',
    timezone,
    noOverlap: true,
    maxRandomDelay: jitterMs,
    suppressMissedWarning: true,
  })
  try {
    log.info({ cron, timezone, next: task.getNextRun() }, 'serving')
    if (isOverdue(config.schedule, await service.lastStarted(), new Date(clock.now()))) void start('overdue')
    if (!stopped.aborted) await once(stopped, 'abort')
  } finally {
    await task.destroy()
  }
  log.info({ underWay: underWay !== null }, 'stopping')
  return endsWithin(underWay, config.serve.stopWithinMs, clock)
}

async function runOnce({ run, log }: Service, why: string): Promise<void> {
  log.info({ why }, 'run begins')
  try {
    const { runId, status, accounts, stageChanges, connectors, seconds } = await run()
    const level = status === 'ok' ? 'info' : 'warn'
    log[level](
      { runId, status, accounts: accounts.scored, stageChanges: stageChanges.total, connectors, seconds },
      'run ended',
    )
  } catch (error) {
    // Whatever it was, the next run is the remedy: nothing is lost, and the service goes on.
    if (!(error instanceof UserError)) log.error({ err: error }, 'run failed')
    else if (error.exitCode === EXIT.leaseHeld) log.warn({ hint: error.hint }, error.message)
    else log.error({ hint: error.hint }, error.message)
  }
}

async function endsWithin(underWay: Promise<void> | null, ms: number, clock: Clock): Promise<boolean> {
  if (underWay === null) return true
  const waiting = new AbortController()
  const ended = underWay.then(() => true)
  const late = clock.sleep(ms, waiting.signal).then(
    () => false,
    () => true,
  )
  const inTime = await Promise.race([ended, late])
  waiting.abort()
  return inTime
}
