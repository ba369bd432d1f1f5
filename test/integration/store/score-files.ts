import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DuckDBConnection } from '@duckdb/node-api'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import type { Measured } from '../../../src/domain/account.ts'
import type { Person } from '../../../src/domain/person.ts'
import type { Cleaning } from '../../../src/scoring/clean.ts'
import { openScoring, type Scoring } from '../../../src/scoring/score.ts'
import type { FilesSource } from '../../../src/store/source-files.ts'
import { ANY_BAD_ROWS, MEMORY_LIMIT_BYTES } from '../scoring/score-rows.ts'

export const MODEL = await loadModel(shippedFile('config/model.yaml'), {})
export const CLEANING: Cleaning = {
  domains: { aliases: {}, excluded: [], freeMail: true },
  connectionTypes: ['isp', 'hosting'],
  minConfidence: 0,
  bots: true,
}
/** After every signal of these tests. */
export const AS_OF = new Date('2025-06-11T00:00:00Z')

export interface ScoredFiles {
  signals: Scoring['signals']
  badRows: Scoring['badRows']
  accounts: Measured[]
  people: Person[]
  /** Days that this run rolled up, of all that it needed. */
  daysBuilt: number
  days: number
}

export interface ScoreFilesOptions {
  cleaning?: Cleaning
  model?: Model
  asOf?: Date
  maxBadRows?: number
}

/** Scores sources with the shipped model; `data` stays in the folder for the next call. */
export async function scoreFiles(
  folder: string,
  sources: readonly FilesSource[],
  options: ScoreFilesOptions = {},
): Promise<ScoredFiles> {
  const days: { done: number; of: number }[] = []
  const scoring = await openScoring({
    sources,
    cleaning: options.cleaning ?? CLEANING,
    maxBadRows: options.maxBadRows ?? ANY_BAD_ROWS,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    dataDirectory: join(folder, 'data'),
    model: options.model ?? MODEL,
    asOf: options.asOf ?? AS_OF,
    progress: (what, done, of) => {
      if (what === 'days rolled up') days.push({ done, of })
    },
  })
  try {
    const accounts = await Array.fromAsync(scoring.measured())
    const people = await Array.fromAsync(scoring.people())
    const [atFirst] = days
    const of = atFirst?.of ?? 0
    return {
      signals: scoring.signals,
      badRows: scoring.badRows,
      accounts,
      people,
      daysBuilt: of - (atFirst?.done ?? 0),
      days: of,
    }
  } finally {
    await scoring.close()
  }
}

/** A source of canonical files in the folder, or of what the changes say. */
export const source = (
  folder: string,
  path: string,
  changes: Partial<Omit<FilesSource, 'path'>> = {},
): FilesSource => ({
  name: 'own',
  format: 'canonical',
  columns: {},
  defaults: {},
  types: {},
  ...changes,
  path: join(folder, path),
})

export async function put(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return path
}

export const HEADER = 'id,occurred_at,kind,account_domain,account_name,artifact\n'

/** A row under HEADER: a download on a day of June 2025. */
export const download = (id: string, day = 1, domain = 'acme.com', name = 'Acme'): string =>
  `${id},2025-06-${String(day).padStart(2, '0')}T10:00:00Z,download,${domain},${name},server\n`

/** Writes a Parquet file with DuckDB: the rows of a select. */
export async function putParquet(folder: string, name: string, select: string): Promise<string> {
  const path = join(folder, name)
  const connection = await DuckDBConnection.create()
  try {
    await connection.run("set timezone = 'UTC'")
    await connection.run(`copy (${select}) to '${path}' (format parquet)`)
  } finally {
    connection.closeSync()
  }
  return path
}
