import { join } from 'node:path'
import { COLUMNS } from '../config/config.ts'
import { UserError } from '../domain/errors.ts'
import { SAMPLES_PER_FILE, whyBad } from './bad-text-rows.ts'
import { type Columns, canonicalSelect, timeText } from './canonical.ts'
import { recall, replaceFile } from './catalog.ts'
import { type BadRow, UNFINISHED_HINT } from './csv-file.ts'
import type { Dialect } from './dialect.ts'
import type { DuckDb } from './duckdb.ts'
import { sourceFault } from './file-faults.ts'
import { pathLiteral } from './file-path.ts'
import { landText } from './land-text.ts'
import { placeOf, type SourceFile } from './source-files.ts'

/** A file whose signals can be asked for: which days it holds, and what of it can't be read. */
export interface LandedFile {
  file: SourceFile
  /** The Parquet file to read. */
  parquet: string
  /** The canonical columns as a select list over it. */
  select: string
  /** Files for which this is the same can be read as one. */
  alike: string
  /** Day (`YYYY-MM-DD`) → rows. */
  days: Readonly<Record<string, number>>
  /** Rows with no readable time or the wrong number of columns: they belong to no day. */
  undated: number
  /** Rows among them that a later run reads: a last line that may be cut. */
  waiting: number
  /** A few of the bad rows. */
  samples: readonly BadRow[]
}

interface Learnt extends Pick<LandedFile, 'days' | 'undated' | 'waiting' | 'samples'> {
  /** Columns of a Parquet file, with their types: to ask every file again would cost more than its new signals. */
  columns: readonly (readonly [name: string, type: string])[]
}

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
  const isParquet = file.kind === 'parquet'
  const landed = landedPath(directory, file)
  const catalog = join(directory, `${file.key}.json`)
  const known = await recall<Learnt>(catalog, () => (isParquet ? [] : [landed]))
  const learnt = known ?? (await learn(db, dialect, file, landed))
  if (known === null) await replaceFile(catalog, JSON.stringify(learnt))
  const { columns, ...rest } = learnt
  const parquet = isParquet ? file.path : landed
  const select = isParquet ? selectOf(dialect, file, new Map(columns)) : COLUMNS.join(', ')
  return { file, parquet, select, alike: JSON.stringify([select, columns]), ...rest }
}

async function learn(db: DuckDb, dialect: Dialect, file: SourceFile, landed: string): Promise<Learnt> {
  try {
    return await (file.kind === 'parquet'
      ? learnParquet(db, dialect, file)
      : learnText(db, dialect, file, landed))
  } catch (error) {
    throw sourceFault(error, file.path, placeOf(file)) ?? error
  }
}

async function learnText(db: DuckDb, dialect: Dialect, file: SourceFile, landed: string): Promise<Learnt> {
  const { rejected, waiting, samples } = await landText(db, dialect, file, landed)
  const { days, undated } = await countDays(db, readSql(COLUMNS.join(', '), [landed]))
  return { days, undated: undated + rejected, waiting, samples, columns: [] }
}

async function learnParquet(db: DuckDb, dialect: Dialect, file: SourceFile): Promise<Learnt> {
  const columns = await parquetColumns(db, file)
  const select = `${selectOf(dialect, file, columns)}, ${timeText(file.shape, columns)} as time_text`
  const relation = readSql(select, [file.path])
  const { days, undated, nameless } = await countDays(db, relation)
  const samples = undated + nameless === 0 ? [] : await sampleBadRows(db, file, relation)
  return { days, undated, waiting: 0, samples, columns: [...columns] }
}

async function sampleBadRows(db: DuckDb, file: SourceFile, relation: string): Promise<BadRow[]> {
  const rows = await db.rows(
    `select file_row_number + 1 as line, occurred_at is null as undated, left(time_text, 60) as time_text
     from (${relation}) where occurred_at is null or id is null order by 1 limit ${SAMPLES_PER_FILE}`,
  )
  return rows.map(row => ({
    file: file.path,
    line: Number(row.line),
    why: whyBad(row.undated === true, row.time_text),
  }))
}

async function countDays(
  db: DuckDb,
  relation: string,
): Promise<Pick<Learnt, 'days' | 'undated'> & { nameless: number }> {
  const rows = await db.rows(
    `select cast(cast(occurred_at as date) as varchar) as day, cast(count(*) as double) as rows,
       cast(count(*) filter (where id is null) as double) as nameless
     from (${relation}) group by 1 order by 1`,
  )
  const dated = rows.flatMap((row): [string, number][] =>
    row.day === null ? [] : [[String(row.day), Number(row.rows)]],
  )
  return {
    days: Object.fromEntries(dated),
    undated: Number(rows.find(row => row.day === null)?.rows ?? 0),
    nameless: rows.reduce((sum, row) => sum + Number(row.nameless), 0),
  }
}

const selectOf = (dialect: Dialect, file: SourceFile, columns: Columns): string =>
  canonicalSelect(file.shape, columns, placeOf(file), dialect)

/** Parquet files that are alike as one: with `file_index` in their list, and `file_row_number`, both from 0. */
export const readSql = (select: string, files: readonly string[]): string =>
  `select ${select}, file_index, file_row_number
  from read_parquet([${files.map(pathLiteral).join(', ')}], hive_partitioning = false)`

async function parquetColumns(db: DuckDb, file: SourceFile): Promise<Map<string, string>> {
  try {
    const rows = await db.rows(
      `describe select * from read_parquet(${pathLiteral(file.path)}, hive_partitioning = false)`,
    )
    return new Map(rows.map(row => [String(row.column_name), String(row.column_type)]))
  } catch (error) {
    throw (
      sourceFault(error, file.path, placeOf(file)) ??
      new UserError(`${placeOf(file)}: is no Parquet file, or not a whole one`, {
        hint: UNFINISHED_HINT,
        cause: error,
      })
    )
  }
}

const landedPath = (directory: string, file: SourceFile): string => join(directory, `${file.key}.parquet`)
