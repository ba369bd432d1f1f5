import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { Account, Remembered } from '../../../src/domain/account.ts'
import type { Model } from '../../../src/config/model.ts'
import type { Cleaning } from '../../../src/scoring/clean.ts'
import { openScoring } from '../../../src/scoring/score.ts'
import { stepAccount, withoutSignals } from '../../../src/scoring/step-account.ts'
import type { FilesSource } from '../../../src/store/source-files.ts'
import { COLUMNS, type SignalRow, scarfColumns } from '../../reference/signal-row.ts'

export interface ScoredRows {
  signals: { read: number; accepted: number; leftOut: Record<string, number> }
  accounts: Account[]
}

/** Scores rows as a user would: from CSV files, the Scarf-shaped and the canonical ones each in a file of their own. */
export async function scoreRows(
  rows: readonly SignalRow[],
  options: {
    model: Model
    cleaning: Cleaning
    types: Record<string, string>
    asOf: Date
    remembered?: ReadonlyMap<string, Remembered>
  },
): Promise<ScoredRows> {
  const directory = await mkdtemp(join(tmpdir(), 'oql-score-'))
  try {
    const sources = await writeSources(directory, rows, options.types)
    return await scoreSources(directory, sources, options)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeSources(
  directory: string,
  rows: readonly SignalRow[],
  types: Record<string, string>,
): Promise<FilesSource[]> {
  const scarf = rows.filter(row => row.format === 'scarf_events')
  const canonical = rows.filter(row => row.format === 'canonical')
  const empty: SignalRow = { format: 'scarf_events' }
  const scarfFile = join(directory, 'scarf.csv')
  const canonicalFile = join(directory, 'canonical.csv')
  await writeFile(
    scarfFile,
    stringify(scarf.map(scarfColumns), { header: true, columns: Object.keys(scarfColumns(empty)) }),
  )
  await writeFile(canonicalFile, stringify(canonical, { header: true, columns: [...COLUMNS] }))
  const plain = { columns: {}, defaults: {} }
  return [
    { name: 'scarf', path: scarfFile, format: 'scarf_events', types, ...plain },
    { name: 'own', path: canonicalFile, format: 'canonical', types: {}, ...plain },
  ]
}

export async function scoreSources(
  directory: string,
  sources: readonly FilesSource[],
  options: { model: Model; cleaning: Cleaning; asOf: Date; remembered?: ReadonlyMap<string, Remembered> },
): Promise<ScoredRows> {
  const scoring = await openScoring({
    sources,
    cleaning: options.cleaning,
    maxBadRows: 1e9,
    memoryLimitBytes: 2 ** 30,
    dataDirectory: join(directory, 'data'),
    model: options.model,
    asOf: options.asOf,
    progress: () => {},
  })
  try {
    const accounts: Account[] = []
    const remembered = new Map(options.remembered)
    for await (const now of scoring.measured()) {
      accounts.push(stepAccount(now, remembered.get(now.domain), options.model, options.asOf))
      remembered.delete(now.domain)
    }
    for (const gone of remembered.values()) {
      accounts.push(stepAccount(withoutSignals(gone, options.asOf), gone, options.model, options.asOf))
    }
    return { signals: scoring.signals, accounts }
  } finally {
    await scoring.close()
  }
}
