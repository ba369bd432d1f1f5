import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { Model } from '../../../src/config/model.ts'
import type { Account, Remembered } from '../../../src/domain/account.ts'
import { KINDS, type Kind } from '../../../src/domain/signal.ts'
import { stepAccounts } from '../../../src/run/sync/step-accounts.ts'
import type { Cleaning } from '../../../src/scoring/clean.ts'
import { emptyFacts } from '../../../src/scoring/measured.ts'
import { openScoring, type Scoring } from '../../../src/scoring/score.ts'
import { openState, type State } from '../../../src/state/state.ts'
import type { FilesSource } from '../../../src/store/source-files.ts'
import { COLUMNS, type SignalRow, scarfColumns } from '../../reference/signal-row.ts'

export interface ScoredRows {
  signals: Scoring['signals']
  /** Best first, as a run remembers them. */
  accounts: Account[]
  retired: string[]
}

export interface ScoreRowsOptions {
  model: Model
  cleaning: Cleaning
  /** A Scarf source's `types:`. */
  types: Record<string, string>
  asOf: Date
}

/** More bad rows than any test has: what stops a run is tested where it is meant. */
export const ANY_BAD_ROWS = 1e9
export const MEMORY_LIMIT_BYTES = 2 ** 30

/** A folder for the time of `work`. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'oql-score-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Scores rows as a run does, after a run that left these accounts. */
export async function scoreRows(
  rows: readonly SignalRow[],
  options: ScoreRowsOptions & { remembered: readonly Remembered[] },
): Promise<ScoredRows> {
  const state = await openState('sqlite::memory:')
  try {
    await begin(state, 'before', options)
    await state.accounts.put(options.remembered.map(asAccount), 'before')
    return await inFolder(async folder =>
      scoreSources(folder, await writeSources(folder, rows, options.types), { ...options, state }),
    )
  } finally {
    await state.close()
  }
}

/** The Scarf-shaped and the canonical rows, each as a CSV file of their own. */
export async function writeSources(
  folder: string,
  rows: readonly SignalRow[],
  types: Record<string, string>,
): Promise<FilesSource[]> {
  const scarf = rows.filter(row => row.format === 'scarf_events')
  const canonical = rows.filter(row => row.format === 'canonical')
  const scarfFile = join(folder, 'scarf.csv')
  const canonicalFile = join(folder, 'canonical.csv')
  const scarfNames = Object.keys(scarfColumns({ format: 'scarf_events' }))
  await writeFile(scarfFile, stringify(scarf.map(scarfColumns), { header: true, columns: scarfNames }))
  await writeFile(canonicalFile, stringify(canonical, { header: true, columns: [...COLUMNS] }))
  const plain = { columns: {}, defaults: {} }
  return [
    { name: 'scarf', path: scarfFile, format: 'scarf_events', types: kindsOf(types), ...plain },
    { name: 'own', path: canonicalFile, format: 'canonical', types: {}, ...plain },
  ]
}

/** One step over the sources, remembered in `state`. */
export async function scoreSources(
  folder: string,
  sources: readonly FilesSource[],
  options: Omit<ScoreRowsOptions, 'types'> & { state: State },
): Promise<ScoredRows> {
  const { state, model, cleaning, asOf } = options
  const scoring = await openScoring({
    sources,
    cleaning,
    maxBadRows: ANY_BAD_ROWS,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    dataDirectory: join(folder, 'data'),
    model,
    asOf,
    progress: () => {},
  })
  try {
    const runId = asOf.toISOString()
    await begin(state, runId, options)
    await stepAccounts({ scoring, state, cleaning, model, asOf, runId, progress: () => {} })
    return {
      signals: scoring.signals,
      accounts: await Array.fromAsync(state.accounts.bestFirst()),
      retired: (await Array.fromAsync(state.accounts.retired())).flat().map(({ domain }) => domain),
    }
  } finally {
    await scoring.close()
  }
}

const begin = (state: State, id: string, { model, asOf }: Pick<ScoreRowsOptions, 'model' | 'asOf'>) =>
  state.runs.begin({ id, startedAt: asOf, asOf, model: { name: model.name, hash: model.hash } })

/** What is not remembered is anything: a step must not read it. */
const asAccount = (remembered: Remembered): Account => ({
  ...remembered,
  points: 1e6,
  score: 1e6,
  facts: emptyFacts(0),
  topArtifacts: ['of the run before'],
  calledStage: remembered.stage,
  direction: null,
  reason: 'of the run before',
  trend: null,
  industry: null,
  size: null,
})

/** The reference's types are plain texts. */
const kindsOf = (types: Record<string, string>): Record<string, Kind> =>
  Object.fromEntries(
    Object.entries(types).map(([type, name]) => {
      const kind = KINDS.find(known => known === name)
      if (kind === undefined) throw new Error(`${name} is no kind`)
      return [type, kind]
    }),
  )
