import { createReadStream } from 'node:fs'
import type { Options } from 'csv-parse'
import { csvRows } from './csv-file.ts'

/** How a text file is cut into rows: as CSV, or one row a line. */
export const CSV_ROWS: Options = { relax_column_count: true, relax_quotes: true }
export const LINE_ROWS: Options = { delimiter: '\x01', quote: null }

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * Where the rows with these ordinals begin, in bytes. Ordinals count from 0, over the rows that are neither a header
 * nor rejected. Reads no further than the last of them.
 * @param header rows to pass over first
 * @param rejected where DuckDB says that the rows begin that it could not read
 */
export async function startsOfRows(
  path: string,
  rows: Options,
  {
    header,
    ordinals,
    rejected,
  }: { header: number; ordinals: readonly number[]; rejected: readonly number[] },
): Promise<Map<number, number>> {
  const wanted = new Set(ordinals)
  const skipped = new Set(rejected)
  const starts = new Map<number, number>()
  if (wanted.size === 0) return starts
  const options = { ...rows, bom: true, info: true, skip_empty_lines: true }
  const records = csvRows(path, options) as AsyncIterable<{ info: { bytes: number } }>
  let ordinal = -header
  let start = 0
  for await (const { info } of records) {
    // The parser stands before or behind the line's end, by what ends it.
    if (ordinal < 0 || !(skipped.has(start) || skipped.has(start + 1))) {
      if (wanted.delete(ordinal)) starts.set(ordinal, start)
      ordinal++
    }
    if (wanted.size === 0) break
    start = info.bytes
  }
  return starts
}

/** The lines, counted from 1, of the first characters at or behind these positions (in bytes) that end no line. */
export async function linesAt(path: string, positions: readonly number[]): Promise<Map<number, number>> {
  const lines = new Map<number, number>()
  const waiting = positions.toSorted((a, b) => a - b)
  let line = 1
  let offset = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      while (
        waiting[0] !== undefined &&
        waiting[0] <= offset &&
        byte !== NEWLINE &&
        byte !== CARRIAGE_RETURN
      ) {
        lines.set(waiting.shift() ?? 0, line)
      }
      if (byte === NEWLINE) line++
      offset++
    }
    if (waiting.length === 0) break
  }
  return lines
}
