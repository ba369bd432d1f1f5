import { rename, rm, stat } from 'node:fs/promises'
import { UserError } from '../domain/errors.ts'
import { type Columns, canonicalSelect, timeText } from './canonical.ts'
import { type BadRow, csvHeader, gunzip, linesOfRows } from './csv-file.ts'
import type { Dialect } from './dialect.ts'
import type { DuckDb } from './duckdb.ts'
import type { SourceFile } from './source-files.ts'
import { identifier, literal } from './sql.ts'

/** Enough to see what is wrong with a file, few enough to read. */
export const SAMPLES_PER_FILE = 3

/** A text file as a table: its columns, what to select from, and how a row's place becomes a line. */
interface TextTable {
  columns: Columns
  from: string
  lineOf(ordinals: readonly number[]): Promise<ReadonlyMap<number, number>>
}

/**
 * Reads a CSV or NDJSON file once, to Parquet with the canonical columns in the file's order of rows.
 * @returns rows with too few or too many columns, and a few of the bad ones
 * @throws UserError where a column is lacking, or the file breaks off or changes while it is read
 */
export async function landText(
  db: DuckDb,
  dialect: Dialect,
  file: SourceFile,
  to: string,
): Promise<{ rejected: number; samples: BadRow[] }> {
  const plain = file.gzipped ? `${to}.${process.pid}.text` : file.path
  const draft = `${to}.${process.pid}.tmp`
  try {
    if (file.gzipped) await gunzip(file.path, plain)
    const table = file.kind === 'csv' ? await csvTable(plain, file) : await ndjsonTable(db, plain)
    const time = timeText(file.shape, table.columns)
    const select = canonicalSelect(file.shape, table.columns, placeOf(file), dialect)
    await db.run(`copy (select ${select}, left(${time}, 60) as time_text from ${table.from})
      to ${literal(draft)} (format parquet, compression zstd)`)
    const rejects = await takeRejects(db, file)
    const samples = [...rejects.samples, ...(await badRows(db, file, draft, table))]
    await unchangedSince(file)
    await rename(draft, to)
    return { rejected: rejects.count, samples: samples.slice(0, SAMPLES_PER_FILE) }
  } finally {
    if (file.gzipped) await rm(plain, { force: true })
    await rm(draft, { force: true })
  }
}

export const placeOf = (file: SourceFile): string => `source ${file.sourceName}: ${file.path}`

async function csvTable(path: string, file: SourceFile): Promise<TextTable> {
  const names = await csvHeader(path, placeOf(file))
  const types = names.map(name => `${literal(name)}: 'VARCHAR'`).join(', ')
  return {
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `read_csv(${literal(path)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
      columns = {${types}}, store_rejects = true)`,
    lineOf: ordinals => linesOfRows(path, names.length, ordinals),
  }
}

/** Each line is read as a text, then as JSON: one that is no JSON object becomes a row without values. */
async function ndjsonTable(db: DuckDb, path: string): Promise<TextTable> {
  const lines = `read_csv(${literal(path)}, header = false, auto_detect = false, delim = '\x01', quote = '', escape = '',
    columns = {'line': 'VARCHAR'}, store_rejects = true)`
  const objects = `(select case when json_valid(line) and json_type(line) = 'OBJECT' then line else '{}' end as line from ${lines})`
  const keys = await db.rows(`select distinct unnest(json_keys(line)) as name from ${objects}`)
  const names = keys.map(row => String(row.name))
  const shape = `{${names.map(name => `${JSON.stringify(name)}: "VARCHAR"`).join(', ')}}`
  const values = names.map(name => `object[${literal(name)}] as ${identifier(name)}`).join(', ')
  return {
    columns: new Map(names.map(name => [name, 'VARCHAR'])),
    from: `(select ${values || 'null'} from (select json_transform(line, ${literal(shape)}) as object from ${objects}))`,
    lineOf: async ordinals => new Map(ordinals.map(ordinal => [ordinal, ordinal + 1])),
  }
}

/** What DuckDB could not read as a row, asked for and forgotten. */
async function takeRejects(db: DuckDb, file: SourceFile): Promise<{ count: number; samples: BadRow[] }> {
  const rows = await db.rows(
    `select cast(line as integer) as line, min(error_message) as why, cast(count(*) over () as integer) as rows
     from reject_errors group by line order by line limit ${SAMPLES_PER_FILE}`,
  )
  await db.run('drop table if exists reject_errors; drop table if exists reject_scans')
  return {
    count: Number(rows[0]?.rows ?? 0),
    samples: rows.map(row => ({ file: file.path, line: Number(row.line), why: String(row.why) })),
  }
}

async function badRows(db: DuckDb, file: SourceFile, parquet: string, table: TextTable): Promise<BadRow[]> {
  const rows = await db.rows(
    `select cast(file_row_number as integer) as ordinal, occurred_at is null as undated, time_text
     from read_parquet(${literal(parquet)}, file_row_number = true)
     where occurred_at is null or id is null order by file_row_number limit ${SAMPLES_PER_FILE}`,
  )
  const lines = await table.lineOf(rows.map(row => Number(row.ordinal)))
  return rows.map(row => ({
    file: file.path,
    line: lines.get(Number(row.ordinal)) ?? Number(row.ordinal) + 2,
    why: whyBad(row.undated === true, row.time_text),
  }))
}

export const whyBad = (undated: boolean, time: unknown): string =>
  undated ? `time ${time === null ? 'is missing' : `"${String(time)}" can't be read`}` : 'id is missing'

async function unchangedSince(file: SourceFile): Promise<void> {
  const { size } = await stat(file.path)
  if (size === file.bytes) return
  throw new UserError(`${placeOf(file)}: changed while it was read (${file.bytes} bytes, now ${size})`, {
    hint: 'Is it still being written? Write exports under another name and rename them when complete.',
  })
}
