import { hash } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { COLUMNS } from '../config/config.ts'
import type { Rule } from '../config/model.ts'
import type { CountedStore } from '../domain/counted-signals.ts'
import { draftOf, recall, replaceFile } from '../store/catalog.ts'
import type { BadRow } from '../store/csv-file.ts'
import type { Dialect } from '../store/dialect.ts'
import type { DuckDb } from '../store/duckdb.ts'
import { type LandedFile, readSql } from '../store/landing.ts'
import { keepPrivate, privateFolder } from '../store/private-files.ts'
import { literal } from '../store/sql.ts'
import { type Cleaning, cleaningHash, leftOutSql } from './clean.ts'
import { countedStore } from './counted-store.ts'
import { peopleOfDaysSql } from './people.ts'
import { rollupSql } from './rollup-day.ts'
import { forgetSettled, lookSql, originSql, settleBatch } from './settle.ts'
import { countBatch, countFiles, noCounts, type SignalCounts, total } from './signal-counts.ts'

export interface Rollup {
  /** The Parquet files of the rollup, oldest day first. */
  files: readonly string[]
  /** Those of the people, of the days that have any. */
  peopleFiles: readonly string[]
  signals: SignalCounts
  counted: CountedStore
  badRows: readonly BadRow[]
  /** Bad rows that a later run reads. */
  waiting: number
  /** Days that were rolled up now, the others being known. */
  daysBuilt: number
}

export interface RollupOptions {
  directory: string
  /** Their names, in the config's order. */
  sources: readonly string[]
  landed: readonly LandedFile[]
  cleaning: Cleaning
  rules: readonly Rule[]
  asOf: Date
  progress: (done: number, days: number) => void
}

interface Day {
  day: string
  rows: number
  files: readonly LandedFile[]
  /** Path without ending, named after what goes in: what is there is right. */
  path: string
}

/** What is kept of a day beside its rows. */
interface DayCounts extends SignalCounts {
  /** Key of a file → signals in it, whether they count or are copies of others. */
  byFile: Record<string, number>
  hasPeople: boolean
}

const dayFile = ({ path }: Day): string => `${path}.parquet`
const peopleFile = ({ path }: Day): string => `${path}.people.parquet`

/** Raised whenever a rollup row changes its meaning. */
const ROLLUP_VERSION = 5

/** Rows worked on at once: their narrow form is some 200 MB. A longer day is a batch of its own. */
const BATCH_ROWS = 1_500_000

/**
 * The rollup of every day up to `asOf`. A day is computed once for what goes into it: its files, the cleaning, the
 * rules. When one of them changes, so does the name under which its rollup is looked for. The day of `asOf` itself
 * is cut at `asOf`.
 */
export async function buildRollup(db: DuckDb, dialect: Dialect, options: RollupOptions): Promise<Rollup> {
  const recipe = hash(
    'sha256',
    JSON.stringify([ROLLUP_VERSION, cleaningHash(options.cleaning), options.rules]),
  )
  const directory = join(options.directory, recipe.slice(0, 16))
  await privateFolder(options.directory)
  await privateFolder(directory)
  const days = daysOf(options, directory)
  const kept = await Promise.all(days.map(day => readCounts(day)))
  const counts = new Map(days.map((day, index) => [day.day, kept[index] ?? null]))
  const missing = days.filter(day => counts.get(day.day) === null)
  await forgetSettled(db)
  let done = days.length - missing.length
  options.progress(done, days.length)
  for (const batch of batches(missing)) {
    for (const [day, count] of await rollUp(db, dialect, options, batch)) counts.set(day, count)
    done += batch.length
    options.progress(done, days.length)
  }
  return {
    files: days.map(dayFile),
    peopleFiles: days.filter(({ day }) => counts.get(day)?.hasPeople).map(peopleFile),
    signals: total([...counts.values()], options.landed),
    counted: countedStore(known(days, counts), options.landed, options.sources),
    badRows: options.landed.flatMap(file => file.samples),
    waiting: options.landed.reduce((rows, file) => rows + file.waiting, 0),
    daysBuilt: missing.length,
  }
}

function daysOf({ landed, asOf }: RollupOptions, directory: string): Day[] {
  const lastDay = asOf.toISOString().slice(0, 10)
  const atMidnight = asOf.getTime() === Date.parse(`${lastDay}T00:00:00Z`)
  const files = new Map<string, LandedFile[]>()
  for (const file of landed) {
    for (const day of Object.keys(file.days)) {
      if (day < lastDay || (day === lastDay && !atMidnight)) files.set(day, [...(files.get(day) ?? []), file])
    }
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, holders]) => {
      const cut = day === lastDay ? asOf.toISOString() : null
      const name = hash('sha256', JSON.stringify([cut, holders.map(({ file }) => file.key)])).slice(0, 16)
      return {
        day,
        rows: holders.reduce((sum, holder) => sum + (holder.days[day] ?? 0), 0),
        files: holders,
        path: join(directory, `${day}.${name}`),
      }
    })
}

function batches(days: readonly Day[]): Day[][] {
  const list: Day[][] = []
  let rows = Number.POSITIVE_INFINITY
  for (const day of days) {
    if (rows + day.rows > BATCH_ROWS) {
      list.push([])
      rows = 0
    }
    list.at(-1)?.push(day)
    rows += day.rows
  }
  return list
}

async function rollUp(
  db: DuckDb,
  dialect: Dialect,
  options: RollupOptions,
  batch: readonly Day[],
): Promise<ReadonlyMap<string, DayCounts>> {
  await db.run(`create or replace temp view signals as ${signalsSql(options, batch)}`)
  await settleBatch(db, dialect, options.cleaning, options.rules)
  await db.run(`create or replace temp table labelled as ${labelledSql(dialect, options.cleaning)}`)
  await db.run(`update labelled set left_out = 'duplicate' where rowid in (${REPEATED})`)
  await refuseUnsettled(db)
  const counts = await countBatch(db)
  const byFile = await countFiles(db, options.landed)
  await db.run(`create or replace temp table rolled as ${rollupSql(dialect)}`)
  await db.run(`create or replace temp table people as ${peopleOfDaysSql(dialect)}`)
  await db.run('drop table labelled')
  const peopled = await daysIn(db, 'people')
  const kept = new Map<string, DayCounts>()
  for (const day of batch) {
    const count = {
      ...(counts.get(day.day) ?? noCounts()),
      byFile: byFile.get(day.day) ?? {},
      hasPeople: peopled.has(day.day),
    }
    await writeDay(db, 'rolled', 'domain', day, dayFile(day))
    // Most stores know no emails: a file that says so for each day would only cost time.
    if (count.hasPeople) await writeDay(db, 'people', 'domain, email', day, peopleFile(day))
    // Last: it promises the others.
    await replaceFile(`${day.path}.json`, JSON.stringify(count))
    kept.set(day.day, count)
  }
  await db.run('drop table rolled; drop table people')
  return kept
}

async function daysIn(db: DuckDb, table: string): Promise<ReadonlySet<string>> {
  const rows = await db.rows(`select distinct cast(day as varchar) as day from ${table}`)
  return new Set(rows.map(({ day }) => String(day)))
}

async function writeDay(
  db: DuckDb,
  table: string,
  order: string,
  { day, path }: Day,
  file: string,
): Promise<void> {
  const draft = draftOf(path)
  await db.run(
    `copy (select * from ${table} where day = date ${literal(day)} order by ${order})
     to ${literal(draft)} (format parquet, compression zstd)`,
  )
  await keepPrivate(draft)
  await rename(draft, file)
}

/** A signal of nobody would be an account without a name, one without a class would earn nothing: bugs, never data. */
async function refuseUnsettled(db: DuckDb): Promise<void> {
  const [row] = await db.rows(
    `select count(*) > 0 as unsettled from labelled
     where left_out is null and (domain is null or (class is null and custom_type is null))`,
  )
  if (row?.unsettled !== false) throw new Error('signals were accepted whose company or class is not settled')
}

/** The batch's rows in their canonical form, with where they stand. */
function signalsSql({ landed, asOf }: RollupOptions, batch: readonly Day[]): string {
  const days = batch.map(({ day }) => `date ${literal(day)}`).join(', ')
  const before = literal(asOf.toISOString().slice(0, -1))
  const held = new Set(batch.flatMap(day => day.files))
  // Numbered in the order of the sources and their files, whichever day they come up in.
  const files = landed.flatMap((one, index) => (held.has(one) ? [{ ...one, index }] : []))
  // To plan a read for each of hundreds of files takes longer than to do it.
  const groups = Map.groupBy(files, ({ file, alike }) => JSON.stringify([file.source, alike]))
  const selects = [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { file, select } = first
    return `select ${file.source} as src, [${group.map(({ index }) => index).join(', ')}][cast(file_index as bigint) + 1] as file,
      file_row_number as row, ${literal(file.shape.format)} as fmt, ${COLUMNS.join(', ')}
    from (${readSql(
      select,
      group.map(({ parquet }) => parquet),
    )})
    where occurred_at < timestamp ${before} and cast(occurred_at as date) in (${days})`
  })
  return selects.join('\nunion all\n')
}

/** The batch's signals with only what the rollup needs, and why each is left out; duplicates are told afterwards. */
const labelledSql = (dialect: Dialect, cleaning: Cleaning): string => `
select s.src, s.file, s.row, s.fmt, s.occurred_at, cast(s.occurred_at as date) as day,
  ${dialect.hash('s.id')} as id_hash, case when s.kind = 'custom' then coalesce(s.type, '') end as custom_type,
  l.class, c.domain, c.email, s.account_name as name, s.country,
  ${dialect.hash('coalesce(s.actor_id, s.endpoint_id)')} as actor, s.artifact, ${leftOutSql(cleaning)} as left_out
from signals s
  left join looks l on l.look = ${lookSql(dialect, 's')}
  left join companies c on c.origin = ${originSql(dialect, 's')}
  left join agents a on a.raw = case when s.kind = 'view' then s.user_agent end`

/** Rows whose id stood in an earlier row of the same format and day: of those with the same id the first counts. */
const REPEATED = `
select id from (
  select labelled.rowid as id, row_number() over (partition by fmt, day, id_hash order by src, file, row) as nth
  from labelled semi join (
    select fmt, day, id_hash from labelled where id_hash is not null group by all having count(*) > 1
  ) using (fmt, day, id_hash)
) where nth > 1`

function known(
  days: readonly Day[],
  counts: ReadonlyMap<string, DayCounts | null>,
): (readonly [string, DayCounts])[] {
  return days.flatMap(({ day }) => {
    const count = counts.get(day) ?? null
    return count === null ? [] : [[day, count] as const]
  })
}

const readCounts = (day: Day): Promise<DayCounts | null> =>
  recall<DayCounts>(`${day.path}.json`, ({ hasPeople }) =>
    hasPeople ? [dayFile(day), peopleFile(day)] : [dayFile(day)],
  )
