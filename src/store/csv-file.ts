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

/**
 * The names in the first line of a CSV file; a column without one is named after its place.
 * @throws UserError where there is none, or two can't be told apart
 */
export async function csvHeader(path: string, shown: string): Promise<string[]> {
  const lines = createReadStream(path).pipe(parse({ bom: true, to: 1, relax_column_count: true }))
  for await (const record of lines) {
    const names = (record as string[]).map((name, index) => name.trim() || `column ${index + 1}`)
    refuseRepeated(names, shown)
    return names
  }
  throw new UserError(`${shown}: has no header`, { hint: EMPTY_HINT })
}

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
    await pipeline(createReadStream(from), createGunzip(), createWriteStream(to))
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
