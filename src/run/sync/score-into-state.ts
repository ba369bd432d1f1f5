import type { Config, SourceConfig } from '../../config/config.ts'
import type { Model } from '../../config/model.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import type { NoticeRules } from '../../plan/notices/make-notices.ts'
import { openScoring, type Scoring } from '../../scoring/score.ts'
import type { State } from '../../state/state.ts'
import type { FilesSource } from '../../store/source-files.ts'
import { cleaningOf } from '../accounts/normalise.ts'
import { refuseEmptied, refuseFlood, refuseStale } from './guard.ts'
import { rememberPeople } from './remember-people.ts'
import { type Stepped, stepAccounts } from './step-accounts.ts'

export interface ScoreRun {
  config: Config
  model: Model
  state: State
  runId: string
  asOf: Date
  /** Whether the guard stops a run that looks wrong. */
  guarded: boolean
  /** What is told of the moves, and to whom. Left out: nobody is told. */
  notices?: NoticeRules
  progress: (what: string, done: number, of: number | null) => void
}

/** Opens the store's signals for scoring. The caller closes it. */
export function openStore(
  config: Config,
  model: Model,
  asOf: Date,
  progress: ScoreRun['progress'],
): Promise<Scoring> {
  return openScoring({
    sources: config.store.sources.map(filesSource),
    cleaning: cleaningOf(config.store),
    maxBadRows: config.store.maxBadRows,
    memoryLimitBytes: config.store.memoryLimitBytes,
    dataDirectory: config.dataDir,
    model,
    asOf,
    progress,
  })
}

/** Scores the store and remembers every account's step, all or nothing. */
export async function scoreIntoState(
  run: ScoreRun,
): Promise<{ stepped: Stepped; scoring: Pick<Scoring, 'signals' | 'badRows'> }> {
  const { config, model, state, runId, asOf, guarded, notices, progress } = run
  const scoring = await openStore(config, model, asOf, progress)
  try {
    if (guarded) {
      refuseEmptied(await state.runs.lastCounted(), scoring.counted)
      refuseStale(config.guard, scoring.newest, asOf)
    }
    const stepped = await state.transaction(async inside => {
      const cleaning = cleaningOf(config.store)
      const stepping = { scoring, state: inside, cleaning, model, asOf, runId, notices, progress }
      const counts = await stepAccounts(stepping)
      await rememberPeople(config, scoring, inside)
      await inside.runs.keepCounted(runId, scoring.counted)
      if (guarded) refuseFlood(config.guard, counts)
      return counts
    })
    return { stepped, scoring }
  } finally {
    await scoring.close()
  }
}

/** @throws UserError (usage) for a source of a type that this engine does not read */
export function filesSource(source: SourceConfig): FilesSource {
  if (source.type === 'files') return source
  throw new UserError(`source ${source.name}: type ${source.type} can't be read by this version`, {
    exitCode: EXIT.usage,
    hint: 'Use type: files.',
  })
}
