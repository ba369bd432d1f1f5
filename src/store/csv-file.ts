import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CsvError, type Options, parse } from 'csv-parse'
import { UserError } from '../domain/errors.ts'
import { PRIVATE_FILE } from './private-files.ts'

/** A row that can't be read: where it stands and why. */
export interface BadRow {
  file: string
  line: number
  why: string
}

/**
 * The names in the first line of a CSV file; a column without one is named after its place.
 * @throws UserError where there is none, or two can't be told apart
 */
export async function csvHeader(path: string, shown: string): Promise<string[]> {
  const first = await firstRow(path, shown)
  if (first !== null) {
    const names = first.map((name, index) => name.trim() || `column ${index + 1}`)
    refuseRepeated(names, shown)
    return names
  }
  throw new UserError(`${shown}: has no header`, { hint: EMPTY_HINT })
}

async function firstRow(path: string, shown: string): Promise<string[] | null> {
  try {
    for await (const row of csvRows(path, { bom: true, to: 1, relax_column_count: true }))
      return row as string[]
    return null
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new UserError(`${shown}: its first line is no CSV`, {
      hint: 'Is it a file of another kind under this name?',
      cause: error,
    })
  }
}

/** The rows of a file one by one; those that are not asked for are not read. */
export async function* csvRows(path: string, options: Options): AsyncGenerator<unknown> {
  const source = createReadStream(path)
  const rows = parse(options)
  source.on('error', error => rows.destroy(error)).pipe(rows)
  try {
    yield* rows
  } finally {
    source.destroy()
  }
}

/**
 * Its content tells a gzip file, whatever its name says.
 * @throws UserError where a file is one though its name does not say so
 */
export async function refuseHiddenGzip(path: string, shown: string): Promise<void> {
  const file = await open(path)
  try {
    const { buffer } = await file.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0)
    if (!buffer.equals(GZIP)) return
  } finally {
    await file.close()
  }
  throw new UserError(`${shown}: is gzip, which its name does not say`, {
    hint: `Rename it to ${basename(path)}.gz.`,
  })
}

const GZIP = Buffer.from([0x1f, 0x8b])

export const EMPTY_HINT = 'It has not even a header. Remove it, or wait until it is written.'

/**
 * The engine does not tell names apart by letter case.
 * @throws UserError where a name stands twice
 */
export function refuseRepeated(names: readonly string[], shown: string): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const twin = seen.get(name.toLowerCase())
    if (twin !== undefined) {
      const what =
        twin === name ? `column "${name}" stands twice` : `columns "${twin}" and "${name}" are the same`
      throw new UserError(`${shown}: the ${what}`, {
        hint: 'Give each column a name of its own; letter case does not count.',
      })
    }
    seen.set(name.toLowerCase(), name)
  }
}

export const UNFINISHED_HINT =
  'Is it still being written? Write exports under another name and rename them when complete.'

/**
 * Unpacks a gzip file, checking it to its end: DuckDB reads a file that breaks off as if it ended there.
 * @throws UserError where the file is no gzip or ends too early
 */
export async function gunzip(from: string, to: string, shown: string): Promise<void> {
  try {
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to, { mode: PRIVATE_FILE }))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') throw error
    throw new UserError(
      `${shown}: ${code === 'Z_BUF_ERROR' ? 'breaks off in the middle' : 'is no gzip file, or is damaged'}`,
      {
        hint: UNFINISHED_HINT,
        cause: error,
      },
    )
  }
}
