import { EXIT, UserError } from '../../domain/errors.ts'
import { readState } from '../../run/read-state.ts'
import { sync } from '../../run/sync.ts'
import { serve } from '../../serve/serve.ts'
import type { Act, Context } from '../context.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { withSurroundings } from '../run-surroundings.ts'

export const serveCommand = (context: Context, act: Act) =>
  command('serve', 'sync on the schedule of the config until it is stopped').action(
    act(async (options: CommonOptions) => {
      if (options.asOf !== undefined) {
        throw new UserError('serve runs at the present: --as-of is for one run', {
          exitCode: EXIT.usage,
          hint: 'oql sync --as-of does one.',
        })
      }
      const opened = await openConfig(context, options.config)
      const { config, log } = opened
      const { clock, stop } = context
      const stopped = stop.gracefully()
      const inTime = await serve({
        config,
        clock,
        log,
        stopped,
        run: () =>
          withSurroundings(context, opened, { signal: stopped }, run => sync({ ...run, guarded: true })),
        lastStarted: () =>
          readState(config, async state => (await state.runs.lastFinished())?.startedAt ?? null),
      })
      if (inTime) return EXIT.done
      log.warn('the run did not end in time and is broken off; the next one goes on from what is recorded')
      return stop.now(EXIT.failed)
    }),
  )
