import { EXIT, UserError } from '../domain/errors.ts'
import { accountsOf } from './accounts.ts'
import { budgets, type DayBudget, rowsOf } from './budget.ts'
import { type ExportDay, exportDays } from './calendar.ts'
import { MAX_COMPANIES } from './company.ts'
import { prepareDirectory } from './directory.ts'
import { fileName, partsOf, type SampleFormat, writePart } from './export-files.ts'
import { linesOf } from './lines.ts'
import { mix, randomFrom } from './random.ts'
import { emptySeats, takeSeats } from './seats.ts'
import { MAX_ROWS_PER_DAY } from './slots.ts'
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
  refuseHugeDays(budget)
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

/** Ten years: more than any export reaches back. */
const MAX_DAYS = 3660

function validate(options: SampleOptions): void {
  const limits = [
    ['accounts', options.accounts, MAX_COMPANIES],
    ['days', options.days, MAX_DAYS],
    ['signals', options.signals, Number.MAX_SAFE_INTEGER],
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

function refuseHugeDays(budget: readonly DayBudget[]): void {
  const most = budget.reduce((rows, day) => Math.max(rows, rowsOf(day)), 0)
  if (most <= MAX_ROWS_PER_DAY) return
  throw new UserError(`signals: one day would have ${most} rows, and ${MAX_ROWS_PER_DAY} is the most`, {
    exitCode: EXIT.usage,
    hint: 'Ask for fewer signals or for more days.',
  })
}

const describe = ({ accounts, signals, seed, days, until }: SampleOptions): string =>
  `Accounts ${accounts}, signals ${signals}, days ${days} until ${until.toISOString()}, seed ${seed}.`
