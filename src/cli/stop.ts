import { constants } from 'node:os'

/** What SIGINT and SIGTERM do to a command. */
export interface Stop {
  /** From now on the first signal asks for an end in good order; a second one ends at once. */
  gracefully(): AbortSignal
  /** Ends at once, whatever is under way. */
  now(code: number): never
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export function stopOnSignals(process: NodeJS.Process): Stop {
  let controller: AbortController | null = null
  for (const name of SIGNALS) {
    process.on(name, () => {
      // Through `exit`, so that what lies in the temporary directory is removed.
      if (controller === null || controller.signal.aborted) process.exit(128 + constants.signals[name])
      controller.abort(new Error(`stopped by ${name}`))
    })
  }
  return {
    gracefully() {
      controller ??= new AbortController()
      return controller.signal
    },
    now: code => process.exit(code),
  }
}
