import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../domain/errors.ts'
import { CANONICAL_COLUMNS, type Columns, canonicalSelect, timeText } from './canonical.ts'
import { recall, replaceFile } from './catalog.ts'
import { type BadRow, UNFINISHED_HINT } from './csv-file.ts'
import type { Dialect } from './dialect.ts'
import type { DuckDb } from './duckdb.ts'
import { landText, placeOf, SAMPLES_PER_FILE, whyBad } from './land-text.ts'
import type { SourceFile } from './source-files.ts'
import { literal } from './sql.ts'

/** A file whose signals can be asked for: which days it holds, and what of it can't be read. */
export interface LandedFile {
  file: SourceFile
  /** A select of the canonical columns and `file_row_number`. */
  relation: string
  /** Day (`YYYY-MM-DD`) → rows. */
  days: Readonly<Record<string, number>>
  /** Rows with no readable time or the wrong number of columns: they belong to no day. */
  undated: number
  /** A few of the bad rows. */
  samples: readonly BadRow[]
}

type Learnt = Pick<LandedFile, 'days' | 'undated' | 'samples'>

/**
 * Makes a file readable by day. Text files are read once, to Parquet in `directory`; Parquet is read where it is.
 * What was learnt of a file is kept under its key, and learnt anew when the file changes.
 */
export async function landFile(
  db: DuckDb,
  dialect: Dialect,
  directory: string,
  file: SourceFile,
): Promise<LandedFile> {
  await mkdir(directory, { recursive: true })
  const catalog = join(directory, `${file.key}.json`)
  const known = await recall<Learnt>(catalog, file.kind === 'parquet' ? null : landedPath(directory, file))
  const learnt =
    known ??
    (await (file.kind === 'parquet'
      ? learnParquet(db, dialect, file)
      : learnText(db, dialect, directory, file)))
  if (known === null) await replaceFile(catalog, JSON.stringify(learnt))
  return { file, relation: await relationOf(db, dialect, directory, file), ...learnt }
}

async function learnText(db: DuckDb, dialect: Dialect, directory: string, file: SourceFile): Promise<Learnt> {
  const { rejected, samples } = await landText(db, dialect, file, landedPath(directory, file))
  const { days, undated } = await countDays(db, await relationOf(db, dialect, directory, file))
  return { days, undated: undated + rejected, samples }
}

async function learnParquet(db: DuckDb, dialect: Dialect, file: SourceFile): Promise<Learnt> {
  const columns = await parquetColumns(db, file)
  const relation = parquetRelation(dialect, file, columns)
  const bad = await db.rows(
    `select file_row_number + 1 as line, occurred_at is null as undated, left(time_text, 60) as time_text
     from (${relation}) where occurred_at is null or id is null order by 1 limit ${SAMPLES_PER_FILE}`,
  )
  const samples = bad.map(row => ({
    file: file.path,
    line: Number(row.line),
    why: whyBad(row.undated === true, row.time_text),
  }))
  return { ...(await countDays(db, relation)), samples }
}

async function countDays(db: DuckDb, relation: string): Promise<Pick<Learnt, 'days' | 'undated'>> {
  const rows = await db.rows(
    `select cast(cast(occurred_at as date) as varchar) as day, cast(count(*) as double) as rows from (${relation})
     group by 1 order by 1`,
  )
  const counts = rows.map((row): [string | null, number] => [
    row.day === null ? null : String(row.day),
    Number(row.rows),
  ])
  return {
    days: Object.fromEntries(counts.filter(([day]) => day !== null)),
    undated: counts.find(([day]) => day === null)?.[1] ?? 0,
  }
}

async function relationOf(
  db: DuckDb,
  dialect: Dialect,
  directory: string,
  file: SourceFile,
): Promise<string> {
  if (file.kind !== 'parquet') {
    const landed = literal(landedPath(directory, file))
    return `select ${CANONICAL_COLUMNS.join(', ')}, file_row_number from read_parquet(${landed}, file_row_number = true)`
  }
  return parquetRelation(dialect, file, await parquetColumns(db, file))
}

function parquetRelation(dialect: Dialect, file: SourceFile, columns: Columns): string {
  const select = canonicalSelect(file.shape, columns, placeOf(file), dialect)
  return `select ${select}, ${timeText(file.shape, columns)} as time_text, file_row_number
    from read_parquet(${literal(file.path)}, file_row_number = true, hive_partitioning = false)`
}

async function parquetColumns(db: DuckDb, file: SourceFile): Promise<Columns> {
  try {
    const rows = await db.rows(
      `describe select * from read_parquet(${literal(file.path)}, hive_partitioning = false)`,
    )
    return new Map(rows.map(row => [String(row.column_name), String(row.column_type)]))
  } catch (error) {
    throw new UserError(`${placeOf(file)}: is no Parquet file, or not a whole one`, {
      hint: UNFINISHED_HINT,
      cause: error,
    })
  }
}

const landedPath = (directory: string, file: SourceFile): string => join(directory, `${file.key}.parquet`)
