import type { Measured } from '../domain/account.ts'
import { COUNT_FACTS, type CountFact, type Facts } from '../domain/facts.ts'
import { growth } from '../domain/growth.ts'
import type { Row } from '../store/duckdb.ts'
import { MICROPOINTS } from './importance.ts'

/** An account from a row of `measureSql`. */
export function measured(row: Row): Measured {
  const number = (name: string) => numberOf(row, name)
  return {
    domain: String(row.domain),
    name: textOrNull(row, 'name'),
    country: textOrNull(row, 'country'),
    firstSeen: new Date(number('first_seen')),
    lastSeen: new Date(number('last_seen')),
    points: roundedPoints(number('micropoints')),
    facts: {
      ...counts(name => (name in DERIVED ? (DERIVED[name]?.(number) ?? 0) : number(name))),
      signals_wow: growth(number('signals_now_7'), number('signals_before_7')),
      actors_wow: growth(number('actors_now_7'), number('actors_before_7')),
      signals_mom: growth(number('signals_30'), number('signals_before_30')),
      actors_mom: growth(number('actors_now_30'), number('actors_before_30')),
    },
    topArtifacts: Array.isArray(row.top_artifacts) ? row.top_artifacts.map(String) : [],
  }
}

/** The facts of an account that the sources no longer know: nothing but the days since it was last seen. */
export function emptyFacts(lastSeenDays: number): Facts {
  return {
    ...counts(name => (name === 'last_seen_days' ? lastSeenDays : 0)),
    signals_wow: null,
    actors_wow: null,
    signals_mom: null,
    actors_mom: null,
  }
}

const DERIVED: Readonly<Partial<Record<CountFact, (number: (name: string) => number) => number>>> = {
  active_weeks: number => bitsIn(number('signal_week_bits')),
  use_weeks: number => bitsIn(number('use_week_bits')),
  view_week_streak: number => longestRun(number('view_week_bits')),
  actors_30: number => number('actors_now_30'),
}

function counts(value: (name: CountFact) => number): Record<CountFact, number> {
  const entries = COUNT_FACTS.map((name): [CountFact, number] => [name, value(name)])
  return Object.fromEntries(entries) as Record<CountFact, number> // every fact has its entry, by construction
}

/** Millionths of a point to points with 2 places, a half upwards. */
export const roundedPoints = (micropoints: number): number =>
  Math.floor((micropoints + MICROPOINTS / 200) / (MICROPOINTS / 100)) / 100

function bitsIn(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1
  return count
}

/** The longest run of consecutive ones. */
function longestRun(bits: number): number {
  let length = 0
  for (let rest = bits; rest > 0; rest &= rest >> 1) length++
  return length
}

function numberOf(row: Row, name: string): number {
  const value = row[name]
  if (typeof value !== 'number') throw new Error(`column ${name} holds ${String(value)}, no number`)
  return value
}

function textOrNull(row: Row, name: string): string | null {
  const value = row[name]
  return typeof value === 'string' ? value : null
}
