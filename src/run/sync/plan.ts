import { v7 as uuid } from 'uuid'
import type { Model } from '../../config/model.ts'
import { checkConnectorConfig } from '../../delivery/session/open-connector.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { Stage } from '../../domain/stage.ts'
import { forkState, type State } from '../../state/state.ts'
import { refuseAsOf } from '../as-of.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { verify } from '../verify.ts'
import { mergeOrdered } from './merge-ordered.ts'
import type { RunReport } from './report.ts'
import { scoreIntoState } from './score-into-state.ts'
import { scoreAndDeliver } from './sync.ts'

/** What a sync would do now. */
export interface Plan {
  report: RunReport
  /** Connector by connector, most worth first; read a page at a time. */
  changes(): AsyncIterable<PlannedChange>
  /** What others overwrote, from what the CRM holds to what was last delivered; nothing unless it was verified. */
  drift(): AsyncIterable<PlannedChange>
  close(): Promise<void>
}

/**
 * Runs everything up to the writing on a copy of the state: nothing is written, anywhere. The caller closes it.
 * @param options verify: every linked record is read too, and compared with what was last delivered
 */
export async function plan(run: RunSurroundings, options: { verify?: boolean } = {}): Promise<Plan> {
  const { config } = run
  for (const entry of Object.values(config.connectors)) await checkConnectorConfig(entry)
  const { state, runId } = await forkFor(run, { allowed: false, now: new Date(run.clock.now()) })
  try {
    const report = await scoreAndDeliver({ ...run, guarded: false }, state, runId, false)
    const verified = options.verify ? await verify(run, state, report) : null
    async function* changesOf(id: string) {
      for (const connector of Object.keys(config.connectors)) yield* state.changes.list(id, connector)
    }
    return {
      report,
      changes: () => changesOf(runId),
      async *drift() {
        if (verified !== null) yield* changesOf(verified)
      },
      close: () => state.close(),
    }
  } catch (error) {
    await state.close()
    throw error
  }
}

/** The stages under another model, and who would move. */
export interface WhatIf {
  byStage: { before: Record<Stage, number>; after: Record<Stage, number> }
  moves: { domain: string; from: Stage; to: Stage }[]
}

/** Scores the same signals at the same moment under the config's model and under another. */
export async function whatIf(run: RunSurroundings, model: Model): Promise<WhatIf> {
  const before = await scored(run)
  const after = await scored({ ...run, model }).catch(async (error: unknown) => {
    await before.state.close()
    throw error
  })
  try {
    const moves = []
    for await (const pair of mergeOrdered(
      after.state.accounts.byDomain(),
      before.state.accounts.byDomain(),
    )) {
      const [from, to] = [pair.before?.stage, pair.now?.stage]
      if (pair.now === undefined || from === undefined || to === undefined || from === to) continue
      moves.push({ domain: pair.now.domain, from, to })
    }
    return {
      byStage: {
        before: await before.state.accounts.countsByStage(),
        after: await after.state.accounts.countsByStage(),
      },
      moves,
    }
  } finally {
    await before.state.close()
    await after.state.close()
  }
}

/** A copy of the state with every account scored at `asOf`. The caller closes it. */
export async function scored(
  run: Omit<RunSurroundings, 'clock' | 'log' | 'signal'>,
): Promise<{ state: State; runId: string }> {
  const fork = await forkFor(run, { allowed: true, now: run.asOf })
  try {
    await scoreIntoState({ ...run, ...fork, guarded: false })
    return fork
  } catch (error) {
    await fork.state.close()
    throw error
  }
}

async function forkFor(
  { config, model, asOf }: Pick<RunSurroundings, 'config' | 'model' | 'asOf'>,
  future: { allowed: boolean; now: Date },
): Promise<{ state: State; runId: string }> {
  const state = await forkState(config.state)
  try {
    await refuseAsOf(state, asOf, future)
    const runId = uuid()
    await state.runs.begin({
      id: runId,
      startedAt: asOf,
      asOf,
      model: { name: model.name, hash: model.hash },
    })
    return { state, runId }
  } catch (error) {
    await state.close()
    throw error
  }
}
