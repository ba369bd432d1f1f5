import { DAY, dayOf, weekOf } from './calendar.ts'
import type { ClassedSignal } from './importance.ts'

export interface Measures {
  facts: Record<string, number | null>
  topArtifacts: string[]
}

/** MODEL.md §3 for the signals of one account, all of them before T. `lastSeen` may be older than any of them. */
export function factsOf(signals: readonly ClassedSignal[], lastSeen: number, asOf: number): Measures {
  const dayStart = dayOf(asOf) * DAY
  const last = (days: number): ClassedSignal[] => between(signals, dayStart - days * DAY, asOf)
  const facts: Record<string, number | null> = {}
  for (const days of [30, 60, 90]) Object.assign(facts, countsOf(last(days), days))
  facts.active_weeks = distinct(last(90).map(signal => weekOf(signal.time)))
  facts.use_weeks = distinct(
    last(90)
      .filter(isUse)
      .map(signal => weekOf(signal.time)),
  )
  facts.view_week_streak = longestRun(
    last(90)
      .filter(signal => signal.kind === 'view' && signal.class !== 'view.low')
      .map(signal => weekOf(signal.time)),
  )
  facts.span_60 = spanOf(last(60))
  facts.span_90 = spanOf(last(90))
  facts.actors_30 = actorsOf(last(30))
  facts.last_seen_days = Math.max(0, Math.floor((dayStart - lastSeen) / DAY))
  for (const [name, days] of [
    ['wow', 7],
    ['mom', 30],
  ] as const) {
    const before = between(signals, dayStart - 2 * days * DAY, dayStart - days * DAY)
    facts[`signals_${name}`] = ratio(last(days).length, before.length)
    facts[`actors_${name}`] = ratio(actorsOf(last(days)), actorsOf(before))
  }
  return { facts, topArtifacts: topArtifacts(last(90)) }
}

/** From `start` on, before `end`. */
export function between(signals: readonly ClassedSignal[], start: number, end: number): ClassedSignal[] {
  return signals.filter(signal => start <= signal.time && signal.time < end)
}

function countsOf(signals: readonly ClassedSignal[], days: number): Record<string, number> {
  const ofKind = (kind: string): number => signals.filter(signal => signal.kind === kind).length
  return {
    [`views_${days}`]: ofKind('view'),
    [`downloads_${days}`]: ofKind('download'),
    [`telemetry_${days}`]: ofKind('telemetry'),
    [`community_${days}`]: ofKind('community'),
    [`signals_${days}`]: signals.length,
    [`uses_${days}`]: ofKind('download') + ofKind('telemetry'),
    [`use_days_${days}`]: distinct(signals.filter(isUse).map(signal => dayOf(signal.time))),
    [`high_${days}`]: signals.filter(signal => signal.class?.endsWith('.high')).length,
  }
}

const isUse = (signal: ClassedSignal): boolean => signal.kind === 'download' || signal.kind === 'telemetry'

const distinct = (values: readonly unknown[]): number => new Set(values).size

const actorsOf = (signals: readonly ClassedSignal[]): number =>
  distinct(signals.map(signal => signal.actor).filter(actor => actor !== ''))

function longestRun(weeks: readonly number[]): number {
  const there = new Set(weeks)
  let longest = 0
  for (const start of there) {
    let length = 1
    while (there.has(start + length)) length += 1
    longest = Math.max(longest, length)
  }
  return longest
}

function spanOf(signals: readonly ClassedSignal[]): number {
  if (signals.length === 0) return 0
  const times = signals.map(signal => signal.time).sort((a, b) => a - b)
  return Math.floor(((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY)
}

function topArtifacts(signals: readonly ClassedSignal[]): string[] {
  const named = signals.filter(signal => signal.artifact !== '')
  return [...Map.groupBy(named, signal => signal.artifact)]
    .sort(([nameA, a], [nameB, b]) => b.length - a.length || compareBytes(nameA, nameB))
    .slice(0, 5)
    .map(([name]) => name)
}

/** Texts compare byte by byte, as UTF-8. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** `now ÷ before − 1` to 4 places, a half away from zero, by long division on whole numbers. */
export function ratio(now: number, before: number): number | null {
  if (before === 0) return null
  const distance = Math.abs(now - before)
  let places = Math.floor((distance * 10_000) / before)
  const rest = distance * 10_000 - places * before
  if (2 * rest >= before) places += 1
  if (places === 0) return 0
  return (now < before ? -places : places) / 10_000
}
