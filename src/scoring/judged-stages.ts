import type { Model } from '../config/model.ts'
import type { Measured } from '../domain/account.ts'
import type { Value } from '../domain/mappable.ts'
import type { Stage } from '../domain/stage.ts'
import { ALWAYS, type Condition, meets } from '../domain/when.ts'
import { stageConditions } from './stage-conditions.ts'

/** What the conditions of a model look at. */
export type Judged = Pick<Measured, 'facts' | 'points'>

/** One condition held against an account. */
export interface JudgedCondition {
  fact: string
  condition: Condition
  actual: Value
  holds: boolean
}

/** Holds where all of its conditions do. */
export interface JudgedAlternative {
  holds: boolean
  conditions: readonly JudgedCondition[]
}

/** Holds where any of its alternatives does. */
export interface JudgedStage {
  stage: Stage
  holds: boolean
  alternatives: readonly JudgedAlternative[]
}

/**
 * Every stage's conditions held against an account, in the order in which they are tried: the first that holds is the
 * stage called for. `interest`, the rest, comes last and always holds.
 */
export function judgedStages(model: Model, { facts, points }: Judged): JudgedStage[] {
  const values = new Map<string, Value>(Object.entries({ ...facts, points }))
  const all = [...stageConditions(model), ['interest', ALWAYS] as const]
  return all.map(([stage, when]) => {
    const alternatives = when.map(conditions => judgedAlternative(conditions, values))
    return { stage, holds: alternatives.some(({ holds }) => holds), alternatives }
  })
}

function judgedAlternative(
  all: Readonly<Record<string, Condition>>,
  values: ReadonlyMap<string, Value>,
): JudgedAlternative {
  const conditions = Object.entries(all).map(([fact, condition]) => {
    const actual = values.get(fact) ?? null
    return { fact, condition, actual, holds: meets(condition, actual) }
  })
  return { holds: conditions.every(({ holds }) => holds), conditions }
}
