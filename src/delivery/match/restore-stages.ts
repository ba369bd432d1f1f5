import type { Mapping } from '../../config/mapping.ts'
import type { Model } from '../../config/model.ts'
import type { FieldValue } from '../../contract/fields.ts'
import type { Account } from '../../domain/account.ts'
import { STAGES, type Stage } from '../../domain/stage.ts'
import { tellingLine, writtenFor } from '../../plan/fields/telling-line.ts'
import { type NoticeRules, noticesFor } from '../../plan/notices/make-notices.ts'
import { stepAccount } from '../../scoring/step-account.ts'
import type { State } from '../../state/state.ts'
import type { Found } from './matching.ts'

/** The CRM fields that hold our stage and since when. */
export interface StageFields {
  stage: string
  stageSince: string
  /** What the mapping writes for a stage → the stage. */
  stageOf: ReadonlyMap<FieldValue, Stage>
}

/** Where the mapping writes both; null where it does not, and a lost state can't be brought back. */
export function stageFieldsOf({ fields }: Mapping): StageFields | null {
  const stage = tellingLine(fields, 'stage', STAGES)
  const since = fields.find(line => line.from === 'stage_since' && line.write === 'always')
  if (stage === undefined || since === undefined) return null
  return {
    stage: stage.to,
    stageSince: since.to,
    stageOf: new Map(STAGES.map(name => [writtenFor(stage, name), name])),
  }
}

/**
 * Brings stages back after the state was lost: an account that is new to the state, whose record carries our key and an
 * older stage, takes its step again from that stage. What the first step recorded as a move is taken back; where the second
 * moves it from what the CRM had, that is told.
 * @returns how many accounts
 */
export async function restoreStages(
  state: State,
  found: readonly Found[],
  options: {
    stageFields: StageFields | null
    model: Model
    asOf: Date
    runId: string
    notices: NoticeRules
  },
): Promise<number> {
  const { stageFields, model, asOf, runId, notices } = options
  if (stageFields === null) return 0
  const restored = found.flatMap(({ account, link, record }) => {
    const isNew = account.direction === 'first' && account.stageSince.getTime() === asOf.getTime()
    if (link.by !== 'key' || !isNew) return []
    const stage = stageFields.stageOf.get(record.fields[stageFields.stage] ?? null)
    const since = new Date(String(record.fields[stageFields.stageSince] ?? ''))
    if (stage === undefined || !(since < asOf)) return []
    return [stepAccount(account, memoryOf(account, stage, since), model, asOf)]
  })
  await state.transaction(async inside => {
    await inside.accounts.put(restored, runId)
    await inside.moves.removeOfRun(
      runId,
      restored.map(({ domain }) => domain),
    )
    await inside.moves.add({ stages: restored.flatMap(account => moveOf(account, runId)), risks: [] })
    await inside.notices.add(restored.flatMap(account => noticesOf(account, runId, notices)))
  })
  return restored.length
}

const memoryOf = (account: Account, stage: Stage, stageSince: Date) => ({
  ...account,
  stage,
  stageSince,
  lowerSince: null,
  previousStage: null,
  stageDirection: 'first' as const,
})

function moveOf(account: Account, runId: string) {
  const { domain, stageSince: at, previousStage: from, stage: to, direction, reason } = account
  return direction === null ? [] : [{ domain, at, runId, from, to, direction, reason }]
}

const noticesOf = (account: Account, runId: string, rules: NoticeRules) =>
  noticesFor(
    account,
    moveOf(account, runId).map(({ from, to, direction }) => ({ about: 'stage', from, to, direction })),
    rules,
  ).notices
