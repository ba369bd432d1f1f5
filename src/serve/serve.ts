import { once } from 'node:events'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { RunReport } from '../run/sync/report.ts'
import { createApp } from './app.ts'
import { doorsOf } from './doors.ts'
import { followSchedule } from './follow-schedule.ts'
import { refuseOpenDoor } from './let-in.ts'
import { listen } from './listen.ts'
import { createMetrics } from './metrics.ts'
import { countRun } from './observe.ts'
import { createRunner } from './runner.ts'
import { openSchedule } from './schedule.ts'
import { type Snapshot, snapshots } from './snapshot.ts'
import { within } from './within.ts'

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
  redactor: Pick<Redactor, 'value'>
  /** Told once it answers requests. */
  onListening?(address: { port: number }): void
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
  const doors = doorsOf({ ...service, schedule, metrics, runner, paused, look })
  const server = await listen(createApp(doors), config.serve)
  service.onListening?.({ port: server.port })
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

const endsWithin = async (idle: Promise<void>, ms: number, clock: Clock): Promise<boolean> =>
  (
    await within(
      idle.then(() => true),
      ms,
      clock,
    )
  ).outcome === true

const asTime = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString())
