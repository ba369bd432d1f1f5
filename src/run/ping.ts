import type { Logger } from 'pino'
import type { RunReport } from './sync/report.ts'

/** A dead-man's switch answers at once; one that does not holds up nobody. */
const PING_TIMEOUT_MS = 10_000

/**
 * Calls `serve.ping` after a run that ended well (`ok`), so that somebody is told when none does. Its own failure is a
 * warning. The address is its own password: it is never shown.
 */
export async function ping(
  address: string | null,
  { status }: Pick<RunReport, 'status'>,
  log: Logger,
): Promise<void> {
  if (address === null || status !== 'ok') return
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) })
    await answer.body?.cancel()
    if (!answer.ok) log.warn({ answer: answer.status }, 'serve.ping was not taken')
  } catch (error) {
    log.warn({ why: whyNot(error) }, 'serve.ping did not get through')
  }
}

/** `fetch failed` says nothing: what it was caused by does. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.name
  return error.name === 'TimeoutError' ? `no answer within ${PING_TIMEOUT_MS / 1_000} s` : error.name
}
