import type { Answer } from './post.ts'
import type { Sent } from './sender.ts'

const GONE = 410

/**
 * What a receiver's answer means. Whatever is no 2xx is tried again, as Standard Webhooks asks: a receiver that refuses
 * today (a wrong secret, a broken release) may be mended tomorrow. Only `410 Gone` says that nobody is there any more.
 */
export function sentBy(id: string, answer: Answer): Sent {
  if (answer.is === 'fault') return { id, status: 'again', error: answer.why }
  const { status, retryAfterMs } = answer
  if (status >= 200 && status < 300) return { id, status: 'delivered' }
  const error =
    status >= 300 && status < 400 ? `HTTP ${status}: a redirect, which is not followed` : `HTTP ${status}`
  if (status === GONE) return { id, status: 'failed', error }
  return { id, status: 'again', error, ...(retryAfterMs === null ? {} : { pauseMs: retryAfterMs }) }
}
