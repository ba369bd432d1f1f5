import { MAPPABLE, type Value } from '../domain/mappable.ts'
import type { Condition } from '../domain/when.ts'

/** What keeps a condition from holding. */
export interface Shortfall {
  /** The least change of the value that makes it hold, up or down; null where no amount says it. */
  by: number | null
  /** `by` as a share of the value that is needed or there, the larger: 0 is met, 1 all of it. For comparing. */
  share: number
}

/** Where no amount says how far a value is away, it counts as all the way. */
const WITHOUT_AMOUNT: Shortfall = { by: null, share: 1 }

/** Far more decimals than a fact has, and few enough to hide what binary fractions add. */
const EXACT_DECIMALS = 6

/** @param fact says in which steps the value moves: counts by 1, points by 0.01 */
export function shortfall(fact: string, condition: Condition, actual: Value): Shortfall {
  if (typeof actual !== 'number') return WITHOUT_AMOUNT
  const steps = 10 ** scaleOf(fact)
  const now = Math.round(actual * steps)
  const wanted = nearestMet(condition, now, steps)
  if (wanted === null) return WITHOUT_AMOUNT
  const difference = wanted - now
  return {
    by: difference / steps,
    share: difference === 0 ? 0 : Math.abs(difference) / Math.max(Math.abs(wanted), Math.abs(now)),
  }
}

function scaleOf(fact: string): number {
  const value = MAPPABLE.get(fact)
  return value?.type === 'number' ? value.scale : 0
}

/** The value next to `now` that meets the condition, both counted in steps. */
function nearestMet(condition: Condition, now: number, steps: number): number | null {
  if (condition.op === 'oneOf') {
    const options = condition.values.filter(value => typeof value === 'number')
    const [nearest] = options
      .map(value => Math.round(value * steps))
      .sort((a, b) => Math.abs(a - now) - Math.abs(b - now))
    return nearest ?? null
  }
  if (typeof condition.value !== 'number') return null
  const limit = Number((condition.value * steps).toFixed(EXACT_DECIMALS))
  switch (condition.op) {
    case '>=':
      return Math.max(now, Math.ceil(limit))
    case '>':
      return Math.max(now, Math.floor(limit) + 1)
    case '<=':
      return Math.min(now, Math.floor(limit))
    case '<':
      return Math.min(now, Math.ceil(limit) - 1)
    case '=':
      return limit
    case '!=':
      return now === limit ? now + 1 : now
  }
}
