import type { Clock } from '../clock.ts'

/** What work came to within this time; nothing where it is still under way. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  stopped?: AbortSignal,
): Promise<{ outcome?: T }> {
  const waiting = new AbortController()
  const signal = stopped === undefined ? waiting.signal : AbortSignal.any([waiting.signal, stopped])
  const late = clock.sleep(ms, signal).then(
    () => ({}),
    () => ({}),
  )
  try {
    return await Promise.race([work.then(outcome => ({ outcome })), late])
  } finally {
    waiting.abort()
  }
}
