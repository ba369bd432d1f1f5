import type { OutboxNotice } from '../domain/notice.ts'
import type { NoticeOutcome } from '../state/outbox/settled-notices.ts'
import { backOffMs } from './back-off.ts'
import type { Sent } from './sender.ts'

/** How often, and how spread, what failed is sent again. */
export interface Retrying {
  /** Failed attempts after which a notice has failed for good. */
  attempts: number
  /** In [0, 1). */
  random(): number
}

/** One throw of the dice for all that is told together, so that it is told together again: a call each would be many. */
export function withOneLuck({ attempts, random }: Retrying): Retrying {
  const luck = random()
  return { attempts, random: () => luck }
}

/** What one attempt came to, as the state keeps it. */
export function outcomeOf(
  { attempts, random }: Retrying,
  notice: OutboxNotice,
  sent: Sent,
  now: number,
): NoticeOutcome {
  if (sent.status !== 'again') return sent
  const failed = notice.attempts + 1
  if (failed >= attempts) {
    return { id: sent.id, status: 'failed', error: `gave up after ${failed} attempts: ${sent.error}` }
  }
  const nextAttemptAt = new Date(now + backOffMs(failed, random(), sent.pauseMs))
  return { id: sent.id, status: 'again', error: sent.error, nextAttemptAt }
}
