import { join } from 'node:path'
import type { Model } from '../config/model.ts'
import type { Measured } from '../domain/account.ts'
import type { CountedStore } from '../domain/counted-signals.ts'
import { UserError } from '../domain/errors.ts'
import type { Person } from '../domain/person.ts'
import type { BadRow } from '../store/csv-file.ts'
import { duckdbDialect } from '../store/dialect.ts'
import { type DuckDb, openDuckDb, type Row } from '../store/duckdb.ts'
import { dataFault, sourceFault } from '../store/file-faults.ts'
import { pathLiteral } from '../store/file-path.ts'
import { type LandedFile, landFile } from '../store/landing.ts'
import { privateFolder } from '../store/private-files.ts'
import { type FilesSource, listSourceFiles } from '../store/source-files.ts'
import { literal } from '../store/sql.ts'
import { sweep } from '../store/sweep.ts'
import type { Cleaning } from './clean.ts'
import { measureSql } from './measure.ts'
import { measured } from './measured.ts'
import { peopleSql, person } from './people.ts'
import { buildRollup, type Rollup } from './rollup.ts'
import { EMPTY_ROLLUP } from './rollup-day.ts'
import type { SignalCounts } from './signal-counts.ts'

export interface ScoreOptions {
  sources: readonly FilesSource[]
  cleaning: Cleaning
  /** A share of the rows below 1, else a count: more bad rows stop the run. */
  maxBadRows: number
  memoryLimitBytes: number
  /** Where landed files, the rollup and spilled work are kept. */
  dataDirectory: string
  model: Model
  asOf: Date
  progress: (what: string, done: number, of: number) => void
}

/** What the signals say, ready to be read. */
export interface Scoring {
  signals: SignalCounts
  counted: CountedStore
  badRows: readonly BadRow[]
  /** Time of the newest accepted signal. */
  newest: Date | null
  /** Every account that the sources know, by domain. */
  measured(): AsyncIterable<Measured>
  /** One of them; undefined where the sources do not know it. */
  measuredOf(domain: string): Promise<Measured | undefined>
  /** Everybody whose email accepted signals before `as_of` carry, by domain, then email. */
  people(): AsyncIterable<Person>
  /** The rollup rows of one account inside the last 90 days, or the model's window where that is longer, by day. */
  daysOf(domain: string): Promise<Row[]>
  close(): Promise<void>
}

/** Lands what is new, rolls up the days that changed, and leaves the accounts to be read. */
export async function openScoring(options: ScoreOptions): Promise<Scoring> {
  try {
    const db = await openDuckDb({
      memoryLimitBytes: options.memoryLimitBytes,
      spillTo: options.dataDirectory,
    })
    try {
      return await prepare(db, options)
    } catch (error) {
      await db.close()
      throw error
    }
  } catch (error) {
    throw dataFault(error, options.dataDirectory) ?? sourceFault(error) ?? error
  }
}

async function prepare(db: DuckDb, options: ScoreOptions): Promise<Scoring> {
  const { model, asOf, progress } = options
  const landed = await land(db, options)
  const rollup = await buildRollup(db, duckdbDialect, {
    directory: join(options.dataDirectory, 'rollup'),
    sources: options.sources.map(({ name }) => name),
    landed,
    cleaning: options.cleaning,
    rules: model.rules,
    asOf,
    progress: (done, days) => progress('days rolled up', done, days),
  })
  refuseBadRows(rollup, options.maxBadRows)
  // By the machine's own clock, which dates files too.
  await sweep(options.dataDirectory, Date.now())
  await db.run('set preserve_insertion_order = false')
  await db.run(`create temp view rollup as ${rollupView(rollup.files)}`)
  const today = asOf.toISOString().slice(0, 10)
  return {
    signals: rollup.signals,
    counted: rollup.counted,
    badRows: rollup.badRows,
    newest: await newestSignal(db),
    async *measured() {
      for await (const rows of db.stream(measureSql(model, today, duckdbDialect))) yield* rows.map(measured)
    },
    async measuredOf(domain) {
      const one = '(select * from rollup where domain = $domain)'
      const [row] = await db.rows(measureSql(model, today, duckdbDialect, one), { domain })
      return row === undefined ? undefined : measured(row)
    },
    async *people() {
      if (rollup.peopleFiles.length === 0) return
      const sql = peopleSql(parquetSql(rollup.peopleFiles), duckdbDialect)
      for await (const rows of db.stream(sql)) yield* rows.map(person)
    },
    daysOf: domain =>
      db.rows(
        `select * from rollup where domain = $domain
         and day >= date ${literal(today)} - ${Math.max(model.windowDays, 90)} order by day`,
        { domain },
      ),
    close: () => db.close(),
  }
}

async function land(db: DuckDb, options: ScoreOptions): Promise<LandedFile[]> {
  const directory = join(options.dataDirectory, 'landed')
  await privateFolder(directory)
  const files = await listSourceFiles(db, options.sources)
  const landed: LandedFile[] = []
  for (const file of files) {
    landed.push(await landFile(db, duckdbDialect, directory, file))
    options.progress('files read', landed.length, files.length)
  }
  return landed
}

/** An empty list of files is a rollup without rows. */
function rollupView(files: readonly string[]): string {
  return files.length > 0
    ? `select * from ${parquetSql(files)}`
    : `select * from (${EMPTY_ROLLUP}) where false`
}

const parquetSql = (files: readonly string[]): string =>
  `read_parquet([${files.map(pathLiteral).join(', ')}])`

async function newestSignal(db: DuckDb): Promise<Date | null> {
  const [row] = await db.rows(`select ${duckdbDialect.epochMs('max(last_at)')} as newest from rollup`)
  return typeof row?.newest === 'number' ? new Date(row.newest) : null
}

function refuseBadRows({ signals, badRows, waiting }: Rollup, most: number): void {
  const bad = (signals.leftOut.bad_row ?? 0) - waiting
  const allowed = most < 1 ? most * signals.read : most
  if (bad <= allowed) return
  const shown = badRows.map(row => `\n  ${row.file}:${row.line}: ${row.why}`).join('')
  throw new UserError(
    `${bad} of ${signals.read} rows can't be read, more than max_bad_rows (${most}) allows:${shown}`,
    {
      hint: 'Mend the files, or raise store.max_bad_rows.',
    },
  )
}
