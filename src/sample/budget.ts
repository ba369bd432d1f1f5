/** How many rows of each sort one day has. */
export interface DayBudget {
  /** Signals of companies that their habits ask for in any case. */
  fixed: number
  /** Further signals of companies, spread by how much each does. */
  extra: number
  /** Rows without a company. */
  anonymous: number
  /** Rows that cleaning leaves out though they name somebody: bots, do-not-track, providers, free mail … */
  leftOut: number
  /** Rows that are exported twice. */
  duplicates: number
}

export const rowsOf = (budget: DayBudget): number =>
  budget.fixed + budget.extra + budget.anonymous + budget.leftOut + budget.duplicates

/** What the habits ask for on one day. */
export interface Demand {
  fixed: number
  extraWeight: number
}

/** As real exports have it: a quarter of the visitors belongs to no company that is known. */
const SHARES = { anonymous: 0.25, leftOut: 0.06, duplicates: 0.01 } as const

/** Spreads exactly `signals` rows over the days, in proportion to what the companies do on each. */
export function budgets(signals: number, demand: readonly Demand[]): DayBudget[] {
  const anonymous = Math.round(signals * SHARES.anonymous)
  const leftOut = Math.round(signals * SHARES.leftOut)
  const duplicates = Math.floor(signals * SHARES.duplicates)
  const companies = signals - anonymous - leftOut - duplicates
  const asked = demand.reduce((sum, day) => sum + day.fixed, 0)
  const fixed = spread(
    Math.min(asked, companies),
    demand.map(day => day.fixed),
  )
  const extra = spread(
    Math.max(0, companies - asked),
    demand.map(day => day.extraWeight),
  )
  const busy = fixed.map((count, day) => count + (extra[day] ?? 0))
  const others = [anonymous, leftOut, duplicates].map(total => spread(total, busy))
  return busy.map((_, day) => ({
    fixed: fixed[day] ?? 0,
    extra: extra[day] ?? 0,
    anonymous: others[0]?.[day] ?? 0,
    leftOut: others[1]?.[day] ?? 0,
    duplicates: others[2]?.[day] ?? 0,
  }))
}

/** Whole numbers in proportion to the weights that add up to `total`: the rounded running sum's steps. */
function spread(total: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0) || 1
  let running = 0
  let before = 0
  return weights.map((weight, index) => {
    running += weight
    const soFar = index === weights.length - 1 ? total : Math.round((running / whole) * total)
    const count = soFar - before
    before = soFar
    return count
  })
}
