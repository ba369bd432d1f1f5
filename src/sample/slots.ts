import type { SampleAccount } from './accounts.ts'
import type { DayBudget, Demand } from './budget.ts'
import { DAY_MS, type ExportDay } from './calendar.ts'
import { ACTS, type Act } from './habits.ts'
import { CITIES } from './places.ts'
import { oneOf, type Random } from './random.ts'
import type { Seats } from './seats.ts'

/** Who a row is of: a company, nobody known, or somebody whose row cleaning leaves out. */
type Role = 'company' | 'anonymous' | 'left_out'

/** One row to be, in order of time: a few bytes each, so that a day of any size fits. */
export interface Slot {
  ms: number
  role: Role
  /** Index of the account; -1 where there is none. */
  account: number
  act: Act
}

/** A slot's time and number share one exact double: 27 bits for the milliseconds of a day, 26 for the number. */
const NUMBER_SPAN = 2 ** 26
export const MAX_ROWS_PER_DAY = NUMBER_SPAN

/** What people and machines that no company is known of do. */
const ANONYMOUS_ACTS: readonly [Act, ...Act[]] = [
  'blog_view',
  'blog_view',
  'blog_view',
  'docs_view',
  'docs_view',
  'docs_view',
  'latest_pull',
  'stable_pull',
  'cli_download',
  'pricing_view',
]

/** All rows of one day but the repeated ones, in order of time. */
export function* slotsOf(
  day: ExportDay,
  budget: DayBudget,
  demand: Demand,
  seats: Seats,
  accounts: readonly SampleAccount[],
  random: Random,
): Generator<Slot> {
  const companies = budget.fixed + budget.extra
  const rows = companies + budget.anonymous + budget.leftOut
  const account = new Int32Array(rows).fill(-1)
  const act = new Uint8Array(rows)
  seat(seats, budget, demand, account, act)
  for (let row = companies; row < rows; row += 1) act[row] = ACTS.indexOf(oneOf(ANONYMOUS_ACTS, random))
  const order = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const offset = accounts[account[row] ?? -1]?.city.offsetHours ?? oneOf(CITIES, random).offsetHours
    const ms = timeOfDay(ACTS[act[row] ?? 0] ?? 'ping', offset, random)
    order[row] = Math.floor((ms * day.coveredMs) / DAY_MS) * NUMBER_SPAN + row
  }
  order.sort()
  for (const key of order) {
    const row = key % NUMBER_SPAN
    yield {
      ms: Math.floor(key / NUMBER_SPAN),
      role: row < companies ? 'company' : row < companies + budget.anonymous ? 'anonymous' : 'left_out',
      account: account[row] ?? -1,
      act: ACTS[act[row] ?? 0] ?? 'ping',
    }
  }
}

/**
 * Gives each seat its signals. Fixed ones are thinned evenly where the export is too small for all; extra
 * ones go by weight. Running sums instead of draws: exact in total, and one pass.
 */
function seat(seats: Seats, budget: DayBudget, demand: Demand, account: Int32Array, act: Uint8Array): void {
  let row = 0
  let asked = 0
  let weight = 0
  for (let index = 0; index < seats.count; index += 1) {
    asked += seats.times[index] ?? 0
    weight += seats.more[index] ?? 0
    // The last seat takes what rounding left, so that the sums are the budget's.
    const last = index === seats.count - 1
    const fixed = last ? budget.fixed : Math.floor((asked / (demand.fixed || 1)) * budget.fixed)
    const extra = last ? budget.extra : Math.floor((weight / (demand.extraWeight || 1)) * budget.extra)
    while (row < fixed + extra) {
      account[row] = seats.account[index] ?? -1
      act[row] = seats.act[index] ?? 0
      row += 1
    }
  }
}

/** Machines work around the clock, people in office hours with a hump in the middle. */
function timeOfDay(act: Act, offsetHours: number, random: Random): number {
  if (act === 'ping' || act === 'enterprise_ping' || act === 'stable_pull') return random() * DAY_MS
  const localHour = 7 + (random() + random()) * 6
  return ((localHour - offsetHours + 24) % 24) * (DAY_MS / 24)
}
