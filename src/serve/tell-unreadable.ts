import type { Logger } from 'pino'
import { UserError } from '../domain/errors.ts'

/**
 * Says that the state can't be read: a known fault in its words and with what to do, any other with its stack. It comes
 * again at each due time and each probe while the state is away, where a stack would bury the rest of the log.
 */
export function tellUnreadable(log: Logger, error: unknown, consequence: string): void {
  log.warn(
    error instanceof UserError ? { why: error.message, hint: error.hint } : { err: error },
    consequence,
  )
}
