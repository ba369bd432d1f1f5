import { LONGEST_BACK_OFF_MS } from '../state/outbox/ready-notices.ts'

const FIRST_MS = 1_000
/** 1 s, 4 s, 16 s … 12 h: a hiccup costs seconds, and twelve attempts last for two days of a receiver that is down. */
const FACTOR = 4

/**
 * How long to wait after an attempt failed.
 * @param failed attempts that failed so far, this one too
 * @param random in [0, 1): spreads what failed together over the second half of the time
 * @param askedForMs what the receiver asked for; it is obeyed up to the longest back-off
 */
export function backOffMs(failed: number, random: number, askedForMs = 0): number {
  const whole = Math.min(FIRST_MS * FACTOR ** Math.max(0, failed - 1), LONGEST_BACK_OFF_MS)
  return Math.min(Math.max(Math.round(whole * (0.5 + random / 2)), askedForMs), LONGEST_BACK_OFF_MS)
}
