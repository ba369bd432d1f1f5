import type { Model } from '../config/model.ts'
import type { Account, Measured, Remembered } from '../domain/account.ts'
import { calledRisk } from '../domain/called-risk.ts'
import { calledStage } from '../domain/called-stage.ts'
import { stepRisk } from '../domain/risk-step.ts'
import { stepStage } from '../domain/stage-step.ts'
import { trendOf } from '../domain/trend.ts'
import { emptyFacts } from './measured.ts'
import { reasonOf } from './reason.ts'
import { stageConditions } from './stage-conditions.ts'

const DAY_MS = 86_400_000

/** One account's step: what the signals say, what is remembered of it, and the moment → what it is now. */
export function stepAccount(
  now: Measured,
  remembered: Remembered | undefined,
  model: Model,
  asOf: Date,
): Account {
  const merged = lastSeenAnew(remembered === undefined ? now : withMemory(now, remembered), asOf)
  const called = calledStage(stageConditions(model), merged.facts, merged.points)
  const { direction, ...memory } = stepStage(remembered, called, asOf, model.demoteAfterMs)
  const risk = stepRisk(
    remembered,
    calledRisk(model.risk, merged.facts, memory.stage),
    memory.stage,
    asOf,
    model.demoteAfterMs,
  )
  return {
    ...merged,
    ...memory,
    ...risk,
    score: memory.stage === 'inactive' ? 0 : merged.points,
    calledStage: called,
    direction,
    reason: reasonOf(memory.stage, called, merged, model),
    trend: trendOf(merged.facts, merged.firstSeen, memory.stage, asOf),
    industry: null,
    size: null,
  }
}

/** A remembered account of which the sources know nothing any more: scored as an empty one. */
export function withoutSignals(remembered: Remembered, asOf: Date): Measured {
  const { domain, name, country, firstSeen, lastSeen } = remembered
  const facts = emptyFacts(daysSince(lastSeen, asOf))
  return { domain, name, country, firstSeen, lastSeen, points: 0, facts, topArtifacts: [] }
}

/** Exports rotate: an account was first seen no later, and last seen no earlier, than is remembered. */
const withMemory = (now: Measured, remembered: Remembered): Measured => ({
  ...now,
  name: now.name ?? remembered.name,
  country: now.country ?? remembered.country,
  firstSeen: new Date(Math.min(now.firstSeen.getTime(), remembered.firstSeen.getTime())),
  lastSeen: new Date(Math.max(now.lastSeen.getTime(), remembered.lastSeen.getTime())),
})

/**
 * The fact follows a `lastSeen` that came out of memory, the account's own or a folded one's. The lesser of both: the
 * store knows a signal's time to the microsecond, a Date only its millisecond, which may be a day's border.
 */
function lastSeenAnew(account: Measured, asOf: Date): Measured {
  const lastSeenDays = Math.min(account.facts.last_seen_days, daysSince(account.lastSeen, asOf))
  return { ...account, facts: { ...account.facts, last_seen_days: lastSeenDays } }
}

/** Whole 24-hour days from a moment to 00:00 UTC of the day of `asOf`, at least 0. */
function daysSince(lastSeen: Date, asOf: Date): number {
  const today = Math.floor(asOf.getTime() / DAY_MS) * DAY_MS
  return Math.max(0, Math.floor((today - lastSeen.getTime()) / DAY_MS))
}
