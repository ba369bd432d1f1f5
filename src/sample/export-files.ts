import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { DuckDBConnection } from '@duckdb/node-api'
import { pathLiteral } from '../store/file-path.ts'
import { literal } from '../store/sql.ts'
import { between, fraction } from './random.ts'
import { COLUMNS } from './rows.ts'

export const SAMPLE_FORMATS = ['csv.gz', 'csv', 'parquet'] as const
export type SampleFormat = (typeof SAMPLE_FORMATS)[number]

const HEADER = `${COLUMNS.join(',')}\n`

/** Bytes handed on at once: enough for gzip to work on while the next rows are made. */
const CHUNK_CHARACTERS = 64 * 1024
/** gzip's quickest level: exports are read once or twice. */
const GZIP_LEVEL = 1

/** Rows a part holds at most: a part stays below some 200 MB of CSV. */
const MAX_ROWS_PER_PART = 500_000
/** Days that come in parts though they are small, as real deliveries do now and then. */
const SPLIT_SHARE = 0.15

/** How many rows each file of a day holds. */
export function partsOf(rows: number, daySeed: number): number[] {
  const split = fraction(daySeed, 1) < SPLIT_SHARE && rows >= 30 ? between(daySeed, 2, 2, 3) : 1
  const parts = Math.max(split, Math.ceil(rows / MAX_ROWS_PER_PART))
  return Array.from(
    { length: parts },
    (_, part) => Math.floor(((part + 1) * rows) / parts) - Math.floor((part * rows) / parts),
  )
}

/** `events-scarf-export-<start>-<end>[-part-00000N].<format>`; both dates are the day itself. */
export function fileName(date: string, part: number, parts: number, format: SampleFormat): string {
  const suffix = parts === 1 ? '' : `-part-${String(part + 1).padStart(6, '0')}`
  return `events-scarf-export-${date}-${date}${suffix}.${format}`
}

/** Writes the next `rows` lines as one file. It has its name only once it is whole. */
export async function writePart(
  directory: string,
  name: string,
  format: SampleFormat,
  lines: Iterator<string>,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const partial = join(directory, `${name}.partial`)
  const source = Readable.from(chunks(lines, rows), {
    objectMode: false,
    highWaterMark: 2 * CHUNK_CHARACTERS,
  })
  const options = signal === undefined ? {} : { signal }
  try {
    if (format === 'csv.gz') {
      const gzip = createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_CHARACTERS })
      await pipeline(source, gzip, createWriteStream(partial), options)
    } else {
      await pipeline(source, createWriteStream(partial), options)
    }
    if (format === 'parquet') await toParquet(partial, join(directory, name))
    else await rename(partial, join(directory, name))
  } finally {
    await rm(partial, { force: true })
  }
}

function* chunks(lines: Iterator<string>, rows: number): Generator<Buffer> {
  let text = HEADER
  for (let row = 0; row < rows; row += 1) {
    const next = lines.next()
    if (next.done === true) break
    text += next.value
    if (text.length >= CHUNK_CHARACTERS) {
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text !== '') yield Buffer.from(text)
}

/** Types as in the table of Scarf's own PostgreSQL exporter. */
const TYPES = {
  time: 'TIMESTAMP',
  origin_latitude: 'DOUBLE',
  origin_longitude: 'DOUBLE',
  dnt: 'BOOLEAN',
  confidence: 'DOUBLE',
  mtc_quota_exceeded: 'BOOLEAN',
} satisfies Partial<Record<(typeof COLUMNS)[number], string>>

async function toParquet(csv: string, parquet: string): Promise<void> {
  const connection = await DuckDBConnection.create()
  try {
    const types = new Map<string, string>(Object.entries(TYPES))
    const columns = COLUMNS.map(name => `'${name}': '${types.get(name) ?? 'VARCHAR'}'`).join(', ')
    await connection.run(
      `COPY (FROM read_csv(${pathLiteral(csv)}, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}}))
       TO ${literal(`${parquet}.partial`)} (FORMAT parquet, COMPRESSION zstd)`,
    )
  } finally {
    connection.closeSync()
  }
  await rename(`${parquet}.partial`, parquet)
}
