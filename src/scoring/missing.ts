import type { Account } from '../domain/account.ts'
import type { Value } from '../domain/mappable.ts'
import { STAGES, type Stage } from '../domain/stage.ts'
import type { Condition } from '../domain/when.ts'
import type { JudgedAlternative, JudgedCondition, JudgedStage } from './judged-stages.ts'
import { conditionWords } from './reason.ts'
import { shortfall } from './shortfall.ts'

/** A fact that would have to be another. */
export interface MissingCondition {
  fact: string
  /** In words: `at least 40`. */
  needs: string
  actual: Value
  /** By how much it would have to change, up or down; null where no amount says it. */
  by: number | null
}

/** What would have to be different for the account to be called to a stage: all of these. */
export interface Missing {
  stage: Stage
  conditions: readonly MissingCondition[]
}

/**
 * What is missing for the next stage up, by the alternative that is nearest: the one whose unmet conditions are, as
 * shares, the least away together. For an account that is held: for the stage that it is about to lose. For an
 * inactive one: for whatever its other facts call for. Null at the top.
 */
export function missingFor(
  { stage, calledStage }: Pick<Account, 'stage' | 'calledStage'>,
  stages: readonly JudgedStage[],
): Missing | null {
  if (calledStage === 'inactive') return missingToWake(stages)
  const target = stage === calledStage ? nextUp(stage) : stage
  const alternatives = stages.find(judged => judged.stage === target)?.alternatives ?? []
  const [nearest] = alternatives.map(unmet).sort((a, b) => a.share - b.share)
  return target === null || nearest === undefined ? null : { stage: target, conditions: nearest.conditions }
}

function nextUp(stage: Stage): Stage | null {
  const next = STAGES[STAGES.indexOf(stage) + 1]
  return next === undefined || next === 'inactive' ? null : next
}

interface Lack {
  conditions: MissingCondition[]
  share: number
}

function unmet({ conditions }: JudgedAlternative): Lack {
  const lacking = conditions
    .filter(({ holds }) => !holds)
    .map(({ fact, condition, actual }) => ({
      fact,
      condition,
      actual,
      ...shortfall(fact, condition, actual),
    }))
  return {
    conditions: lacking.map(({ fact, condition, actual, by }) => ({
      fact,
      needs: conditionWords(condition),
      actual,
      by,
    })),
    share: lacking.reduce((sum, { share }) => sum + share, 0),
  }
}

/** Inactive ends where none of its alternatives holds any more: each by the condition that is easiest to break. */
function missingToWake(stages: readonly JudgedStage[]): Missing | null {
  const inactive = stages.find(({ stage }) => stage === 'inactive')
  const next = stages.find(({ stage, holds }) => stage !== 'inactive' && holds)
  if (inactive === undefined || next === undefined) return null
  const conditions = inactive.alternatives.filter(({ holds }) => holds).flatMap(easiestToBreak)
  return { stage: next.stage, conditions }
}

function easiestToBreak({ conditions }: JudgedAlternative): MissingCondition[] {
  const [easiest] = conditions.map(broken).sort((a, b) => a.share - b.share)
  return easiest === undefined ? [] : [easiest.missing]
}

function broken({ fact, condition, actual }: JudgedCondition): { missing: MissingCondition; share: number } {
  const opposite = oppositeOf(condition)
  if (opposite === null) {
    return { missing: { fact, needs: `not ${conditionWords(condition)}`, actual, by: null }, share: 1 }
  }
  const { by, share } = shortfall(fact, opposite, actual)
  return { missing: { fact, needs: conditionWords(opposite), actual, by }, share }
}

const OPPOSITES = { '>=': '<', '>': '<=', '<=': '>', '<': '>=', '=': '!=', '!=': '=' } as const

/** Null for a list: no one comparison says "none of them". */
const oppositeOf = (condition: Condition): Condition | null =>
  condition.op === 'oneOf' ? null : { op: OPPOSITES[condition.op], value: condition.value }
