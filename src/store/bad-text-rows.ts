import { UserError } from '../domain/errors.ts'
import { EARLIEST_YEAR } from './canonical.ts'
import type { BadRow } from './csv-file.ts'
import type { DuckDb } from './duckdb.ts'
import { pathLiteral } from './file-path.ts'
import type { Reject } from './rejects.ts'
import { linesAt } from './row-lines.ts'
import { placeOf, type SourceFile } from './source-files.ts'
import type { TextTable } from './text-table.ts'

/** Enough to see what is wrong with a file, few enough to read. */
export const SAMPLES_PER_FILE = 3

/** The first bad rows of both sorts: those that DuckDB rejected, and those without a time or an id. */
export async function sampleBadRows(
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

/** A quote that is left open for longer than can be counted. */
export async function neverClosed(file: SourceFile, path: string, { start }: Reject): Promise<UserError> {
  const line = (await linesAt(path, [start])).get(start)
  return new UserError(
    `${placeOf(file)}:${line}: a quote that opens in this row is not closed for a long way`,
    {
      hint: 'Mend the row: everything behind it would be lost.',
    },
  )
}

/** @param time as the source wrote it */
export function whyBad(undated: boolean, time: unknown): string {
  if (!undated) return 'id is missing'
  if (time === null) return 'time is missing'
  const [year] = /^\d{4}(?=-\d\d-\d\d[T ])/.exec(String(time)) ?? []
  const isEarly = year !== undefined && Number(year) < EARLIEST_YEAR
  return `time "${String(time)}" ${isEarly ? `is before ${EARLIEST_YEAR}` : "can't be read"}`
}
