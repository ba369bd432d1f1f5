import { once } from 'node:events'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Clock } from '../delivery/clock.ts'
import { UserError } from '../domain/errors.ts'
import type { RunReport } from '../run/report.ts'
import { createApp } from './app.ts'
import { followSchedule } from './follow-schedule.ts'
import { refuseOpenDoor } from './let-in.ts'
import { type Listening, listen } from './listen.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { countRun, showSnapshot } from './observe.ts'
import { createRunner, type Runner } from './runner.ts'
import { openSchedule, type Schedule } from './schedule.ts'
import { type Snapshot, snapshots } from './snapshot.ts'
import { statusOf } from './status.ts'

/** Where another replica holds the lease we know well within this time: only then is a run that was asked for taken. */
const LEASE_KNOWN_WITHIN_MS = 2_000

export interface Service {
  config: Pick<Config, 'schedule' | 'serve'>
  clock: Clock
  log: Logger
  /** From 0 to 1: the share of `schedule.jitter` that a run waits. */
  random(): number
  newRunId(): string
  /** Aborted when the service is to stop. */
  stopped: AbortSignal
  /** One run; obeys `stopped`. */
  run(runId: string, log: Logger): Promise<RunReport>
  /** What the state says. */
  look(): Promise<Snapshot>
  /** Hears of each run that came to a report. */
  onReport(report: RunReport, log: Logger): Promise<void>
  /** Takes secrets out of what is answered. */
  redact(text: string): string
  /** Told once it answers requests. */
  onListening?(address: { host: string; port: number }): void
}

/**
 * Runs on a schedule and answers HTTP until it is stopped: then what is under way is finished and recorded.
 * @returns false where the run under way did not end within `serve.stop_within`
 * @throws UserError where the network could start runs, or the address can't be listened on
 */
export async function serve(service: Service): Promise<boolean> {
  const { config, clock, log, stopped } = service
  const { cron, timezone, jitterMs } = config.schedule
  refuseOpenDoor(config.serve)
  const schedule = openSchedule(config.schedule)
  const metrics = createMetrics()
  const runner = createRunner({
    ...service,
    async onReport(report, runLog) {
      countRun(metrics, report)
      await service.onReport(report, runLog)
    },
  })
  const paused = { isSo: false }
  const look = snapshots(service.look, clock)
  const server = await open(service, { schedule, metrics, runner, paused, look })
  try {
    log.info({ cron, timezone, next: asTime(schedule.next(clock.now())), port: server.port }, 'serving')
    const isPaused = () => paused.isSo
    const lastRun = async () => (await service.look()).last
    const following = followSchedule({ ...service, schedule, jitterMs, isPaused, runner, lastRun })
    // A run that does not end when it is told to must not hold this up.
    await Promise.race([following, aborted(stopped)])
    log.info({ underWay: runner.underWay() }, 'stopping')
    return await endsWithin(runner.idle(), config.serve.stopWithinMs, clock)
  } finally {
    await server.close()
  }
}

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort')
}

interface Parts {
  schedule: Schedule
  metrics: Metrics
  runner: Runner
  paused: { isSo: boolean }
  look(): Promise<Snapshot>
}

async function open(service: Service, parts: Parts): Promise<Listening> {
  const { config, clock, log, stopped, redact } = service
  const { schedule, metrics, runner, paused, look } = parts
  const next = () => schedule.next(clock.now())
  const app = createApp({
    token: config.serve.token,
    log,
    unready: async () => (stopped.aborted ? 'stopping' : await whyUnreadable(look, log)),
    async metrics() {
      await measure(
        metrics,
        { next: next(), paused: paused.isSo, underWay: runner.underWay() !== null },
        look,
      )
      return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
    },
    async status() {
      const { last } = await look()
      const { schedule: written } = config
      const stopping = stopped.aborted
      const status = statusOf({
        schedule: written,
        next: next(),
        paused: paused.isSo,
        stopping,
        runner,
        last,
      })
      return JSON.parse(redact(JSON.stringify(status)))
    },
    runNow: () => runNow(runner, clock, stopped),
    pause(isPaused) {
      paused.isSo = isPaused
      log.info(isPaused ? 'paused' : 'resumed')
    },
  })
  const server = await listen(app, config.serve)
  service.onListening?.({ host: config.serve.host, port: server.port })
  return server
}

/** A user's error says what is wrong without quoting a secret; of any other the log has the words. */
async function whyUnreadable(look: () => Promise<Snapshot>, log: Logger): Promise<string | null> {
  try {
    await look()
    return null
  } catch (error) {
    log.warn({ err: error }, 'not ready: the state can not be read')
    return error instanceof UserError ? error.message : 'the state can not be read'
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

const endsWithin = async (idle: Promise<void>, ms: number, clock: Clock): Promise<boolean> =>
  (
    await within(
      idle.then(() => true),
      ms,
      clock,
    )
  ).outcome === true

/** What work came to within this time; nothing where it is still under way. */
async function within<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  stopped?: AbortSignal,
): Promise<{ outcome?: T }> {
  const waiting = new AbortController()
  const signal = stopped === undefined ? waiting.signal : AbortSignal.any([waiting.signal, stopped])
  const late = clock.sleep(ms, signal).then(
    () => ({}),
    () => ({}),
  )
  try {
    return await Promise.race([work.then(outcome => ({ outcome })), late])
  } finally {
    waiting.abort()
  }
}

const asTime = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString())
