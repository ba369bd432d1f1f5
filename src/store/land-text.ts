import { rename, rm } from 'node:fs/promises'
import { UserError } from '../domain/errors.ts'
import { type Columns, canonicalSelect, EARLIEST_YEAR, namesCompany, timeText } from './canonical.ts'
import { draftOf } from './catalog.ts'
import {
  type BadRow,
  csvHeader,
  gunzip,
  refuseHiddenGzip,
  refuseRepeated,
  UNFINISHED_HINT,
} from './csv-file.ts'
import type { Dialect } from './dialect.ts'
import type { DuckDb } from './duckdb.ts'
import { evenLineEnds, isUneven } from './even-line-ends.ts'
import { pathLiteral } from './file-path.ts'
import { keepPrivate } from './private-files.ts'
import { forgetRejects, type Reject, takeRejects } from './rejects.ts'
import { CSV_ROWS, LINE_ROWS, linesAt, startsOfRows } from './row-lines.ts'
import { type SourceFile, stampOf } from './source-files.ts'
import { identifier, literal } from './sql.ts'
import { LEFT_ALONE_MS, withoutLastLine } from './unfinished-line.ts'

/** Enough to see what is wrong with a file, few enough to read. */
export const SAMPLES_PER_FILE = 3

/** A text file as a table. */
interface TextTable {
  path: string
  columns: Columns
  from: string
  /** A condition: the row is none that could have columns at all. */
  shapeless: string
  startsOf(ordinals: readonly number[], rejected: readonly number[]): Promise<ReadonlyMap<number, number>>
}

/**
 * Reads a CSV or NDJSON file once, to Parquet with the canonical columns in the file's order of rows.
 * @returns rows with too few or too many columns, those of them that wait for a later run, and a few of the bad ones
 * @throws UserError where a column is lacking, or the file breaks off or changes while it is read
 */
export async function landText(
  db: DuckDb,
  dialect: Dialect,
  file: SourceFile,
  to: string,
): Promise<{ rejected: number; waiting: number; samples: BadRow[] }> {
  const unpacked = draftOf(`${to}.text`)
  const evened = draftOf(`${to}.text`)
  const draft = draftOf(to)
  try {
    if (file.gzipped) await gunzip(file.path, unpacked, placeOf(file))
    else await refuseHiddenGzip(file.path, placeOf(file))
    const waiting = await lineThatWaits(file, unpacked)
    const plain = file.gzipped || waiting !== null ? unpacked : file.path
    const landed = await landRows(db, dialect, file, plain, draft).catch(async (error: unknown) => {
      if (!isUneven(error)) throw error
      const columns = file.kind === 'csv' ? (await csvHeader(plain, placeOf(file))).length : null
      await evenLineEnds(plain, evened, columns)
      await forgetRejects(db)
      return landRows(db, dialect, file, evened, draft)
    })
    await unchangedSince(file)
    await keepPrivate(draft)
    await rename(draft, to)
    return waiting === null
      ? { ...landed, waiting: 0 }
      : { rejected: landed.rejected + 1, waiting: 1, samples: [...landed.samples, waiting] }
  } finally {
    await Promise.all([unpacked, evened, draft].map(path => rm(path, { force: true })))
  }
}

/**
 * A last line that may be cut in the value that names its company would make an account of somebody else, for good: it
 * waits. Whatever else is cut is read again when the file goes on, and mends itself. The text without it goes to `rest`.
 */
async function lineThatWaits(file: SourceFile, rest: string): Promise<BadRow | null> {
  if (!file.openEnd) return null
  const names = await csvHeader(file.path, placeOf(file))
  const columns = new Map(names.map(name => [name, 'VARCHAR']))
  if (!namesCompany(file.shape, columns, names.at(-1) ?? '')) return null
  const start = await withoutLastLine(file.path, rest, file.bytes)
  if (start === null) return null
  const line = (await linesAt(file.path, [start])).get(start) ?? 1
  return {
    file: file.path,
    line,
    why: `has no line end yet: it is read when the file goes on, or was left alone for ${LEFT_ALONE_MS / 60_000} minutes`,
  }
}

/** Lands the rows of a text, which is the file's or was made of it. */
async function landRows(
  db: DuckDb,
  dialect: Dialect,
  file: SourceFile,
  text: string,
  to: string,
): Promise<{ rejected: number; samples: BadRow[] }> {
  const table = file.kind === 'csv' ? await csvTable(text, file) : await ndjsonTable(db, text, file)
  const time = timeText(file.shape, table.columns)
  const select = canonicalSelect(file.shape, table.columns, placeOf(file), dialect)
  await db.run(`copy (select ${select}, left(${time}, 60) as time_text, ${table.shapeless} as shapeless
    from ${table.from})
    to ${literal(to)} (format parquet, compression zstd)`)
  const rejects = await takeRejects(db)
  const endless = rejects.find(reject => reject.endless)
  if (endless !== undefined) throw await neverClosed(file, text, endless)
  const samples = await sampleBadRows(db, file, to, table, rejects)
  return { rejected: rejects.reduce((sum, { lines }) => sum + lines, 0), samples }
}

export const placeOf = (file: SourceFile): string => `source ${file.sourceName}: ${file.path}`

async function csvTable(path: string, file: SourceFile): Promise<TextTable> {
  const names = await csvHeader(path, placeOf(file))
  const types = names.map(name => `${literal(name)}: 'VARCHAR'`).join(', ')
  return {
    path,
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `read_csv(${pathLiteral(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
      columns = {${types}}, store_rejects = true)`,
    shapeless: 'false',
    startsOf: (ordinals, rejected) => startsOfRows(path, CSV_ROWS, { header: 1, ordinals, rejected }),
  }
}

/** Each line is read as a text, then as JSON: one that is no JSON object becomes a row without values. */
async function ndjsonTable(db: DuckDb, path: string, file: SourceFile): Promise<TextTable> {
  const lines = `read_csv(${pathLiteral(path)}, header = false, auto_detect = false, delim = '\x01', quote = '', escape = '',
    columns = {'line': 'VARCHAR'}, store_rejects = true)`
  const objects = `(select case when json_valid(line) and json_type(line) = 'OBJECT' then line end as line
    from ${lines} where line <> '')`
  const keys = await db.rows(`select distinct unnest(json_keys(line)) as name from ${objects} order by name`)
  const names = keys.map(row => String(row.name)).filter(name => name !== '')
  refuseRepeated(names, placeOf(file))
  if (names.length === 0) {
    throw new UserError(`${placeOf(file)}: no line is a JSON object with values`, {
      hint: 'NDJSON has one object a line, and no list around them.',
    })
  }
  const shape = `{${names.map(name => `${JSON.stringify(name)}: "VARCHAR"`).join(', ')}}`
  const values = names.map(name => `object[${literal(name)}] as ${identifier(name)}`).join(', ')
  return {
    path,
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `(select ${values}, object is null as ${SHAPELESS}
      from (select json_transform(line, ${literal(shape)}) as object from ${objects}))`,
    shapeless: SHAPELESS,
    startsOf: (ordinals, rejected) => startsOfRows(path, LINE_ROWS, { header: 0, ordinals, rejected }),
  }
}

/** A name that no key has. */
const SHAPELESS = identifier('\x01shapeless')

/** The first bad rows of both sorts: those that DuckDB rejected, and those without a time or an id. */
async function sampleBadRows(
  db: DuckDb,
  file: SourceFile,
  parquet: string,
  table: TextTable,
  rejects: readonly Reject[],
): Promise<BadRow[]> {
  const rows = await db.rows(
    `select cast(file_row_number as integer) as ordinal, shapeless, occurred_at is null as undated, time_text
     from read_parquet(${pathLiteral(parquet)}, file_row_number = true)
     where occurred_at is null or id is null order by file_row_number limit ${SAMPLES_PER_FILE}`,
  )
  const starts = await table.startsOf(
    rows.map(row => Number(row.ordinal)),
    rejects.map(({ start }) => start),
  )
  const bad = [
    ...rejects.slice(0, SAMPLES_PER_FILE).map(({ start, why }) => ({ start, why })),
    ...rows.map(row => ({
      start: starts.get(Number(row.ordinal)) ?? 0,
      why: row.shapeless === true ? 'is no JSON object' : whyBad(row.undated === true, row.time_text),
    })),
  ]
  const first = bad.toSorted((a, b) => a.start - b.start).slice(0, SAMPLES_PER_FILE)
  const lines = await linesAt(
    table.path,
    first.map(({ start }) => start),
  )
  return first.map(({ start, why }) => ({ file: file.path, line: lines.get(start) ?? 1, why }))
}

async function neverClosed(file: SourceFile, path: string, { start }: Reject): Promise<UserError> {
  const line = (await linesAt(path, [start])).get(start)
  return new UserError(
    `${placeOf(file)}:${line}: a quote that opens in this row is not closed for a long way`,
    {
      hint: 'Mend the row: everything behind it would be lost.',
    },
  )
}

export function whyBad(undated: boolean, time: unknown): string {
  if (!undated) return 'id is missing'
  if (time === null) return 'time is missing'
  const [year] = /^\d{4}(?=-\d\d-\d\d[T ])/.exec(String(time)) ?? []
  const isEarly = year !== undefined && Number(year) < EARLIEST_YEAR
  return `time "${String(time)}" ${isEarly ? `is before ${EARLIEST_YEAR}` : "can't be read"}`
}

async function unchangedSince(file: SourceFile): Promise<void> {
  const { size, stamp } = await stampOf(file.path)
  if (stamp === file.stamp) return
  throw new UserError(`${placeOf(file)}: changed while it was read (${file.bytes} bytes, now ${size})`, {
    hint: UNFINISHED_HINT,
  })
}
