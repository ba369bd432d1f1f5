import type { Model } from '../config/model.ts'
import type { RunSurroundings } from '../run/surroundings.ts'
import type { Context } from './context.ts'
import type { Opened } from './open-config.ts'
import { showProgress } from './progress.ts'

/** `as_of` is shown to the second: a moment that people give back must be the same one. */
const now = ({ clock }: Context): Date => new Date(Math.floor(clock.now() / 1000) * 1000)

/** What a run needs, with progress shown while `work` goes on. */
export async function withSurroundings<T>(
  context: Context,
  { config, log }: Opened,
  options: { asOf?: Date; model?: Model; signal: AbortSignal },
  work: (run: RunSurroundings) => Promise<T>,
): Promise<T> {
  const progress = showProgress(context.terminal, context.clock)
  try {
    return await work({
      config,
      model: options.model ?? config.model,
      asOf: options.asOf ?? now(context),
      clock: context.clock,
      log,
      signal: options.signal,
      progress: progress.show,
    })
  } finally {
    progress.clear()
  }
}

/** Of a command that is ended at once by Ctrl-C. */
export const NEVER_STOPPED: AbortSignal = new AbortController().signal
