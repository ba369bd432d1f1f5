import type { SampleAccount } from './accounts.ts'
import { type DayBudget, type Demand, rowsOf } from './budget.ts'
import type { ExportDay } from './calendar.ts'
import { contentsOn } from './contents.ts'
import type { Random } from './random.ts'
import { type RowSource, rowOf } from './rows.ts'
import { type Seats, takeSeats } from './seats.ts'
import { slotsOf } from './slots.ts'

/** What the lines of one day are made from. */
export interface DayWork {
  day: ExportDay
  budget: DayBudget
  demand: Demand
  seats: Seats
  accounts: readonly SampleAccount[]
  companies: readonly string[]
  random: Random
}

/** How many lines wait, on average, between a row and its repetition: far enough to cross parts. */
const REPEAT_AFTER_ROWS = 200

/** A day's lines in order of time, some of them once more, later: exports are at-least-once. */
export function* linesOf({
  day,
  budget,
  demand,
  seats,
  accounts,
  companies,
  random,
}: DayWork): Generator<string> {
  // No pause between this and the last look at the seats: several days at work share them.
  takeSeats(seats, accounts, day)
  const source: RowSource = { date: day.date, accounts, companies, contents: contentsOn(day.number), random }
  const unique = rowsOf(budget) - budget.duplicates
  const waiting: string[] = []
  let row = 0
  for (const slot of slotsOf(day, budget, demand, seats, accounts, random)) {
    const line = rowOf(slot, source)
    yield line
    const before = Math.floor((row * budget.duplicates) / unique)
    row += 1
    if (Math.floor((row * budget.duplicates) / unique) > before) waiting.push(line)
    // Each waiting line has the same chance of leaving with every row: a few wait at any time.
    if (random() * REPEAT_AFTER_ROWS < waiting.length) yield waiting.shift() ?? ''
  }
  yield* waiting
}
