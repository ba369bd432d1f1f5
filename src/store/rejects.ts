import type { DuckDb, Row } from './duckdb.ts'

/** A row of a text file that DuckDB could not read. */
export interface Reject {
  /** Where it begins, in bytes. */
  start: number
  why: string
  /** Where a quote is not closed, the lines behind it are taken for one row. */
  lines: number
  /** It goes on for so long that nobody can tell how much is lost in it. */
  endless: boolean
}

/** DuckDB keeps 10,000 bytes of a rejected row, or somewhat less where that would cut a character. */
const KEPT_BYTES = 9_990

/** What DuckDB could not read as rows since it was last asked, in the file's order. */
export async function takeRejects(db: DuckDb): Promise<Reject[]> {
  const rows = await db.rows(
    `select cast(line_byte_position as double) as start, arg_min(error_type, place) as type,
       arg_min(error_message, place) as message, cast(max(newlines) as integer) as newlines,
       bool_or(newlines > 0 and strlen(csv_line) >= ${KEPT_BYTES}) as endless
     from (
       select line_byte_position, cast(error_type as varchar) as error_type, error_message, csv_line,
         coalesce(column_idx, -1) as place,
         length(regexp_replace(trim(csv_line, chr(13) || chr(10)), '[^\\n]', '', 'g')) as newlines
       from reject_errors
     ) group by line_byte_position order by start`,
  )
  await forgetRejects(db)
  return rows.map(rejectOf)
}

/** After a read that failed in the middle, so that the next one starts with none. */
export const forgetRejects = (db: DuckDb): Promise<void> =>
  db.run('drop table if exists reject_errors; drop table if exists reject_scans')

function rejectOf(row: Row): Reject {
  const type = String(row.type)
  return {
    start: Number(row.start),
    why:
      WHY[type] ??
      `has ${/Found: (\d+)/.exec(String(row.message))?.[1] ?? 'other'} columns, unlike the header`,
    lines: type === UNCLOSED ? Number(row.newlines) + 1 : 1,
    endless: row.endless === true,
  }
}

const UNCLOSED = 'UNQUOTED VALUE'

/** What is wrong, by DuckDB's name for it; what is not here is about the number of columns. */
const WHY: Readonly<Record<string, string>> = {
  [UNCLOSED]: 'a quote is not closed, or text stands behind the closing one',
  'INVALID STATE': 'a quote stands where none may',
  'LINE SIZE OVER MAXIMUM': 'is longer than 2 MB',
  'INVALID ENCODING': 'is not UTF-8',
}
