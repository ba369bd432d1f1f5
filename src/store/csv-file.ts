import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { UserError } from '../domain/errors.ts'

/** A row that can't be read: where it stands and why. */
export interface BadRow {
  file: string
  line: number
  why: string
}

/** The names in the first line of a CSV file. */
export async function csvHeader(path: string, shown: string): Promise<string[]> {
  const lines = createReadStream(path).pipe(parse({ bom: true, to: 1, relax_column_count: true }))
  for await (const record of lines) {
    const names = (record as string[]).map(name => name.trim())
    const repeated = names.find((name, index) => names.indexOf(name) !== index)
    if (repeated !== undefined)
      throw new UserError(`${shown}: the column "${repeated}" stands twice in the header`)
    return names
  }
  throw new UserError(`${shown}: has no header`)
}

/**
 * Unpacks a gzip file, checking it to its end: DuckDB reads a file that breaks off as if it ended there.
 * @throws UserError where the file is no gzip or ends too early
 */
export async function gunzip(from: string, to: string): Promise<void> {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') throw error
    throw new UserError(
      `${from}: ${code === 'Z_BUF_ERROR' ? 'breaks off in the middle' : 'is no gzip file, or is damaged'}`,
      {
        hint: 'Is it still being written? Write exports under another name and rename them when complete.',
        cause: error,
      },
    )
  }
}

/**
 * The line numbers of the rows with these ordinals, counted from 1 over the rows that have as many columns as the
 * header. A row's line is the one it begins at. Reads no further than the last of them.
 */
export async function linesOfRows(
  path: string,
  columns: number,
  ordinals: readonly number[],
): Promise<Map<number, number>> {
  const wanted = new Set(ordinals)
  const lines = new Map<number, number>()
  const records = createReadStream(path).pipe(
    parse({ bom: true, relax_column_count: true, relax_quotes: true, info: true, skip_empty_lines: true }),
  )
  let ordinal = -1
  let begins = 1
  for await (const { record, info } of records as AsyncIterable<{
    record: string[]
    info: { lines: number }
  }>) {
    if (record.length === columns) ordinal++
    if (record.length === columns && wanted.delete(ordinal)) lines.set(ordinal, begins)
    if (wanted.size === 0) break
    begins = info.lines + 1
  }
  return lines
}
