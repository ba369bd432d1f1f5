import type { Logger } from 'pino'
import { v7 as uuid } from 'uuid'
import type { Clock } from '../../clock.ts'
import type { Config } from '../../config/config.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { inLease } from '../../run/in-lease.ts'
import { ping } from '../../run/ping.ts'
import type { RunSurroundings } from '../../run/surroundings.ts'
import type { RunReport } from '../../run/sync/report.ts'
import { sync } from '../../run/sync/sync.ts'
import { startTelemetry } from '../../run/telemetry/telemetry.ts'
import { serve } from '../../serve/serve.ts'
import { lookAtState } from '../../serve/snapshot.ts'
import type { Act, Context } from '../context.ts'
import { type Opened, openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { withSurroundings } from '../run-surroundings.ts'

export const serveCommand = (context: Context, act: Act) =>
  command('serve', 'sync on the schedule of the config, with health and metrics, until it is stopped').action(
    act(async (options: CommonOptions) => {
      if (options.asOf !== undefined) {
        throw new UserError('serve runs at the present: --as-of is for one run', {
          exitCode: EXIT.usage,
          hint: 'oql sync --as-of does one.',
        })
      }
      const opened = await openConfig(context, options.config)
      const telemetry = await startTelemetry(context.env, opened.log)
      const underWay: UnderWay = { lease: null }
      const inTime = await serveUntilStopped(context, opened, underWay).finally(telemetry.end)
      if (inTime) return EXIT.done
      opened.log.warn(
        'the run did not end in time and is broken off; the next one goes on from what is recorded',
      )
      // In PostgreSQL nobody would know for a minute that this process is gone.
      await underWay.lease?.release()
      return context.stop.now(EXIT.failed)
    }),
  )

/** The lease of the run that is at work, where one is. */
interface UnderWay {
  lease: Parameters<NonNullable<RunSurroundings['onHeld']>>[0] | null
}

async function serveUntilStopped(context: Context, opened: Opened, underWay: UnderWay): Promise<boolean> {
  const { clock, stop } = context
  const { config, log } = opened
  const stopped = stop.gracefully()
  await prepareState(config, clock, log)
  return serve({
    config,
    clock,
    log,
    random: Math.random,
    newRunId: uuid,
    stopped,
    run: (runId, runLog) => oneRun(context, { config, log: runLog }, { stopped, runId, underWay }),
    look: () => lookAtState(config, new Date(clock.now())),
    onReport: (report, runLog) => ping(config.serve.ping, report, runLog),
    redactor: config.redactor,
  })
}

/** Progress of a service is for who debugs it: its log has one JSON document a line. */
const oneRun = (
  context: Context,
  opened: Opened,
  { stopped, runId, underWay }: { stopped: AbortSignal; runId: string; underWay: UnderWay },
): Promise<RunReport> =>
  withSurroundings(context, opened, { signal: stopped }, surroundings => {
    const { log } = opened
    const progress: RunSurroundings['progress'] = (what, done, of) =>
      log.debug({ what, done, of }, 'progress')
    const onHeld: RunSurroundings['onHeld'] = lease => {
      underWay.lease = lease
    }
    return sync({ ...surroundings, runId, onHeld, progress, guarded: true }).finally(() => {
      underWay.lease = null
    })
  })

/** Makes the state, or brings it up to date, before it is read again and again. */
async function prepareState(config: Config, clock: Clock, log: Logger): Promise<void> {
  try {
    await inLease(config, new Date(clock.now()), async () => {})
  } catch (error) {
    // Whoever holds the lease has done it; a state that is away may come back, and readiness tells of it.
    if (error instanceof UserError) log.info({ hint: error.hint }, error.message)
    else log.warn({ err: error }, 'the state can not be opened')
  }
}
