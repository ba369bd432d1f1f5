import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Doors } from './app.ts'
import type { Metrics } from './metrics.ts'
import { showSnapshot } from './observe.ts'
import type { Runner } from './runner.ts'
import type { Schedule } from './schedule.ts'
import type { Snapshot } from './snapshot.ts'
import { statusOf } from './status.ts'
import { tellUnreadable } from './tell-unreadable.ts'
import { within } from './within.ts'

/** Where another replica holds the lease we know well within this time: only then is a run that was asked for taken. */
const LEASE_KNOWN_WITHIN_MS = 2_000

interface Parts {
  config: Pick<Config, 'schedule' | 'serve'>
  clock: Clock
  log: Logger
  stopped: AbortSignal
  redactor: Pick<Redactor, 'value'>
  schedule: Schedule
  metrics: Metrics
  runner: Runner
  paused: { isSo: boolean }
  look(): Promise<Snapshot>
}

/** What the service answers, put together from its parts. */
export function doorsOf(parts: Parts): Doors {
  const { config, clock, log, stopped, redactor, schedule, metrics, runner, paused, look } = parts
  const next = () => schedule.next(clock.now())
  return {
    token: config.serve.token,
    log,
    unready: async () => (stopped.aborted ? 'stopping' : await whyUnreadable(look, log)),
    async metrics() {
      const underWay = runner.underWay() !== null
      await measure(metrics, { next: next(), paused: paused.isSo, underWay }, look)
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
    async status() {
      const { last } = await look()
      const now = { next: next(), paused: paused.isSo, stopping: stopped.aborted }
      return redactor.value(statusOf({ schedule: config.schedule, ...now, runner, last }))
    },
    runNow: () => runNow(runner, clock, stopped),
    pause(isPaused) {
      paused.isSo = isPaused
      log.info(isPaused ? 'paused' : 'resumed')
    },
  }
}

/** Always the same sentence, since probes have no token; the log has the words. */
async function whyUnreadable(look: () => Promise<Snapshot>, log: Logger): Promise<string | null> {
  try {
    await look()
    return null
  } catch (error) {
    tellUnreadable(log, error, 'not ready: the state can not be read')
    return 'the state can not be read'
  }
}

async function measure(
  metrics: Metrics,
  now: { next: number | null; paused: boolean; underWay: boolean },
  look: () => Promise<Snapshot>,
): Promise<void> {
  const { service } = metrics
  service.paused.set(now.paused ? 1 : 0)
  service.underWay.set(now.underWay ? 1 : 0)
  if (now.next !== null) service.nextRun.set(now.next / 1_000)
  try {
    showSnapshot(metrics, await look())
    service.stateReachable.set(1)
  } catch {
    // That it is so is the metric; readiness and the log say why.
    service.stateReachable.set(0)
  }
}

async function runNow(runner: Runner, clock: Clock, stopped: AbortSignal): Promise<{ runId: string } | null> {
  const run = runner.start('requested')
  if (run === null) return null
  const { outcome } = await within(run.ended, LEASE_KNOWN_WITHIN_MS, clock, stopped)
  return outcome === 'held' ? null : { runId: run.runId }
}
