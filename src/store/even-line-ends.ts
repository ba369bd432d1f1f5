import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { PRIVATE_FILE } from './private-files.ts'

/** Whether DuckDB gave up on a text because its lines end in several ways: it knows one for a file. */
export const isUneven = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('CSV Parser state machine reached an invalid state')

/**
 * Writes a text anew with one LF behind each row. A carriage return alone ends a row of CSV where the row has all its
 * columns and what follows is no mere rest; anywhere else it belongs to the value it stands in, which is put into quotes.
 * @param columns of a CSV file; null for one row a line, where each carriage return ends one
 */
export async function evenLineEnds(from: string, to: string, columns: number | null): Promise<void> {
  // Byte for character: what is no UTF-8 stays as it is.
  const chunks: AsyncIterable<string> = createReadStream(from, { encoding: 'latin1' })
  const even = columns === null ? evenLines(chunks) : evenRows(chunks, columns)
  await pipeline(
    Readable.from(even, { objectMode: true }),
    encoded,
    createWriteStream(to, { mode: PRIVATE_FILE }),
  )
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text, 'latin1')
}

async function* evenLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const text = rest + chunk
    // What follows a carriage return decides, and may come with the next chunk.
    rest = text.endsWith('\r') ? '\r' : ''
    yield text.slice(0, text.length - rest.length).replaceAll(/\r\n?/g, '\n')
  }
  yield rest
}

/** The engine reads no longer row: where a quote is not closed in it, the rest is handed on for the engine to judge. */
const LONGEST_ROW = 4 * 2 ** 20

async function* evenRows(chunks: AsyncIterable<string>, columns: number): AsyncGenerator<string> {
  let rest = ''
  let givenUp = false
  for await (const chunk of chunks) {
    const text = rest + chunk
    const { even, read } = givenUp ? { even: text, read: text.length } : evenIn(text, columns, false)
    yield even
    rest = text.slice(read)
    if (rest.length > LONGEST_ROW) givenUp = true
  }
  const { even, read } = evenIn(rest, columns, true)
  yield even + rest.slice(read)
}

/** The whole rows at the start of a text, and how far they go. */
function evenIn(text: string, columns: number, isEnd: boolean): { even: string; read: number } {
  const even: string[] = []
  let read = 0
  while (read < text.length) {
    // Most lines hold nothing to look into.
    const feed = text.indexOf('\n', read)
    const plain = feed === -1 ? null : PLAIN.exec(text.slice(read, feed))
    if (plain?.[1] !== undefined) {
      even.push(plain[1], '\n')
      read = feed + 1
      continue
    }
    const line = readLine(text, read, columns, isEnd)
    if (line === null) break
    for (const row of line.rows) even.push(row.map(asField).join(','), '\n')
    read = line.next
  }
  return { even: even.join(''), read }
}

const PLAIN = /^([^"\r]*)\r?$/

const asField = (raw: string): string => {
  const isQuoted = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"')
  return raw.includes('\r') && !isQuoted ? `"${raw.replaceAll('"', '""')}"` : raw
}

/** Up to a line feed outside of quotes: one row, or several with carriage returns between them. Null: there must be more. */
function readLine(
  text: string,
  from: number,
  columns: number,
  isEnd: boolean,
): { rows: string[][]; next: number } | null {
  let row: string[] = []
  const rows = [row]
  let start = from
  let at = from
  for (;;) {
    const end = endOfField(text, start, at)
    if (end === text.length && !isEnd) return null
    const sign = text.slice(end, end + 2)
    const isBareReturn = sign[0] === '\r' && sign !== '\r\n'
    if (isBareReturn && sign.length === 1 && !isEnd) return null
    if (isBareReturn && row.length + 1 < columns) {
      at = end + 1
      continue
    }
    row.push(text.slice(start, end))
    const next = end + (sign === '\r\n' ? 2 : 1)
    if (sign[0] !== ',' && !isBareReturn) return { rows: withoutRest(rows, columns), next }
    if (isBareReturn) {
      row = []
      rows.push(row)
    }
    start = next
    at = next
  }
}

/** Where the field that begins at `start` ends; `at`, behind it, is where to look on. The text's length where it does not. */
function endOfField(text: string, start: number, at: number): number {
  let from = at
  if (at === start && text[start] === '"') {
    let quote = text.indexOf('"', start + 1)
    while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2)
    if (quote === -1) return text.length
    from = quote + 1
  }
  FIELD_END.lastIndex = from
  return FIELD_END.exec(text)?.index ?? text.length
}

const FIELD_END = /[,\r\n]/g

/** What is too short for a row of its own belongs to the one before: the carriage return between them ended no row. */
function withoutRest(rows: string[][], columns: number): string[][] {
  const last = rows.at(-1) ?? []
  const before = rows.at(-2)
  if (before === undefined || last.length >= columns) return rows
  if (last.length === 1 && last[0] === '') return rows.slice(0, -1)
  const [first = '', ...more] = last
  const joined = [...before.slice(0, -1), `${before.at(-1) ?? ''}\r${first}`, ...more]
  return [...rows.slice(0, -2), joined]
}
