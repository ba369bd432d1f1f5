import type { Facts } from './facts.ts'
import type { Stage, Trend } from './stage.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** First seen within so many days, counted from 00:00 of T's day, is new. */
const NEW_DAYS = 30
/** Growth of signals, month on month, from which on an account rises, or falls. */
const RISING = 0.25
const FALLING = -0.25

/** Where an account is going (MODEL.md §5, "In words"); null when it is inactive. */
export function trendOf(facts: Facts, firstSeen: Date, stage: Stage, asOf: Date): Trend | null {
  if (stage === 'inactive') return null
  const dayStart = Math.floor(asOf.getTime() / DAY_MS) * DAY_MS
  if (firstSeen.getTime() >= dayStart - NEW_DAYS * DAY_MS) return 'new'
  const growth = facts.signals_mom
  if (growth === null) return facts.signals_30 > 0 ? 'rising' : 'steady'
  if (growth >= RISING) return 'rising'
  return growth <= FALLING ? 'falling' : 'steady'
}
