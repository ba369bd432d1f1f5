import type { Config } from '../../config/config.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { inLease } from '../in-lease.ts'

/**
 * Puts failed notices back into the outbox, with all their attempts and time before them: of these ids all, or none where
 * one of them is not there or has not failed.
 * @returns how many
 * @throws UserError (exit 2) for such an id; (exit 4) where another process holds the lease
 */
export const retryNotices = (config: Config, which: readonly string[] | 'all', now: Date): Promise<number> =>
  inLease(config, now, state =>
    state.transaction(async inside => {
      if (which === 'all') return inside.notices.retryAll(now)
      const again = new Set(await inside.notices.retry(which, now))
      const unknown = which.filter(id => !again.has(id))
      if (unknown.length > 0) {
        throw new UserError(`no failed notice is called ${unknown.join(', ')}; nothing was changed`, {
          exitCode: EXIT.usage,
          hint: 'oql notices --status failed lists them.',
        })
      }
      return again.size
    }),
  )
