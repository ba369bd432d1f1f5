import { ping } from '../../run/ping.ts'
import { RunFailed } from '../../run/sync/run-failed.ts'
import { sync } from '../../run/sync/sync.ts'
import { startTelemetry } from '../../run/telemetry/telemetry.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { renderReport } from '../render-report.ts'
import { exitCodeOf } from '../report-exit.ts'
import { withSurroundings } from '../run-surroundings.ts'

interface Options extends CommonOptions {
  yes?: true
}

export const syncCommand = (context: Context, act: Act) =>
  command('sync', 'score the signals and bring every connector up to date')
    .option('--yes', 'go on where the guard would stop the run')
    .action(
      act(async (options: Options) => {
        const opened = await openConfig(context, options.config)
        const { terminal, stop } = context
        const signal = stop.gracefully()
        signal.addEventListener('abort', () =>
          terminal.err('\nStopping: what is under way is finished and recorded.\n'),
        )
        const telemetry = await startTelemetry(context.env, opened.log)
        const running = withSurroundings(context, opened, { ...options, signal }, run =>
          sync({ ...run, guarded: options.yes !== true }),
        ).finally(() => telemetry.end())
        const report = await running.catch(async (error: unknown) => {
          if (options.json && error instanceof RunFailed) await printJson(terminal, error.report)
          throw error
        })
        // A cron job is watched by its dead-man's switch as a service is.
        await ping(opened.config.serve.ping, report, opened.log.child({ runId: report.runId }))
        if (options.json) await printJson(terminal, report)
        else await terminal.out(renderReport(terminal, report, 'sync'))
        return exitCodeOf(report)
      }),
    )
