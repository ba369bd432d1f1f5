import { EXIT, UserError } from '../domain/errors.ts'
import { accountsOf, type SampleAccount } from './accounts.ts'
import { budgets, type DayBudget, type Demand } from './budget.ts'
import { type ExportDay, exportDays } from './calendar.ts'
import { MAX_COMPANIES } from './company.ts'
import { contentsOn } from './contents.ts'
import { prepareDirectory } from './directory.ts'
import { fileName, partsOf, type SampleFormat, writePart } from './export-files.ts'
import { mix, type Random, randomFrom } from './random.ts'
import { type RowSource, rowOf } from './rows.ts'
import { emptySeats, type Seats, takeSeats } from './seats.ts'
import { MAX_ROWS_PER_DAY, slotsOf } from './slots.ts'
import { companyCells } from './visitors.ts'

export interface SampleOptions {
  /** Made where it is missing; otherwise empty or made by an earlier sample. */
  directory: string
  accounts: number
  /** Rows of all files together, repeated ones included. */
  signals: number
  seed: number
  /** Days before `until`; every stage occurs from about 100 days and a dozen accounts on. */
  days: number
  /** No signal is at or after it. */
  until: Date
  format: SampleFormat
  signal?: AbortSignal
}

export interface SampleProgress {
  /** The day just written. */
  date: string
  rows: number
  totalRows: number
}

export interface SampleWritten {
  files: number
  rows: number
  accounts: number
}

/** The size of the demo: written in a second or so, and every stage occurs. */
export const SAMPLE_DEFAULTS = { accounts: 300, signals: 40_000, seed: 1, days: 120 } as const

/**
 * Writes made-up exports in the shape of Scarf's: a file (or a few parts) a day, in order of time. The same
 * options give the same bytes (CSV; the rows of Parquet). Memory grows with the accounts and with a day's
 * rows (about 20 bytes each), not with all signals. Throws a UserError on options that make no sense and on
 * a directory that holds anything else.
 */
export async function writeSample(
  options: SampleOptions,
  progress?: (done: SampleProgress) => void,
): Promise<SampleWritten> {
  validate(options)
  const days = exportDays(options.until, options.days)
  const accounts = accountsOf(options, options.days)
  const seats = emptySeats(accounts.length)
  const demand = days.map(day => takeSeats(seats, accounts, day))
  const budget = budgets(options.signals, demand)
  await prepareDirectory(options.directory, describe(options))

  const companies = companyCells(accounts)
  const written = { files: 0, rows: 0, accounts: accounts.length }
  const work = days.values().map(async (day, index) => {
    const today = budget[index]
    const asked = demand[index]
    if (today === undefined || asked === undefined || rowsOf(today) === 0) return
    const random = randomFrom(mix(mix(options.seed, 202), day.number))
    const lines = linesOf({ day, budget: today, demand: asked, seats, accounts, companies, random })
    const files = await writeDay(options, day, rowsOf(today), lines)
    written.files += files
    written.rows += rowsOf(today)
    progress?.({ date: day.date, rows: written.rows, totalRows: options.signals })
  })
  const lanes = await Promise.allSettled(Array.from({ length: DAYS_AT_ONCE }, () => drain(work)))
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
  return written
}

/** One day's rows are made while others are compressed or written, off this thread. */
const DAYS_AT_ONCE = 3

/** Takes days until none is left. A day that fails ends `work` for every lane. */
async function drain(work: Iterable<Promise<void>>): Promise<void> {
  for (const day of work) await day
}

async function writeDay(
  { directory, format, seed, signal }: SampleOptions,
  day: ExportDay,
  rows: number,
  lines: Iterator<string>,
): Promise<number> {
  const parts = partsOf(rows, mix(mix(seed, 303), day.number))
  for (const [part, count] of parts.entries()) {
    await writePart(directory, fileName(day.date, part, parts.length, format), format, lines, count, signal)
  }
  return parts.length
}

interface DayWork {
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
function* linesOf({ day, budget, demand, seats, accounts, companies, random }: DayWork): Generator<string> {
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

const rowsOf = (budget: DayBudget): number =>
  budget.fixed + budget.extra + budget.anonymous + budget.leftOut + budget.duplicates

function validate(options: SampleOptions): void {
  const limits = [
    ['accounts', options.accounts, MAX_COMPANIES],
    ['signals', options.signals, MAX_ROWS_PER_DAY * options.days],
    ['days', options.days, 3660],
  ] as const
  for (const [name, value, most] of limits) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue
    throw new UserError(`${name} is ${value}: it must be a whole number from 1 to ${most}`, {
      exitCode: EXIT.usage,
    })
  }
  if (!Number.isInteger(options.seed)) {
    throw new UserError(`seed is ${options.seed}: it must be a whole number`, { exitCode: EXIT.usage })
  }
  if (Number.isNaN(options.until.getTime())) {
    throw new UserError('until is not a date', { exitCode: EXIT.usage })
  }
}

const describe = ({ accounts, signals, seed, days, until }: SampleOptions): string =>
  `Accounts ${accounts}, signals ${signals}, days ${days} until ${until.toISOString()}, seed ${seed}.`
