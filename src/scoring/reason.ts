import type { Model } from '../config/model.ts'
import type { Measured } from '../domain/account.ts'
import type { Stage } from '../domain/stage.ts'
import { type Condition, meets, type When } from '../domain/when.ts'
import { factWords } from './fact-words.ts'
import { stageConditions } from './stage-conditions.ts'

/** CRM text fields hold 255 characters by default. */
const MAX_LENGTH = 255

/**
 * One sentence that says why an account stands where it stands: the condition that gave its stage, with its values.
 * The same facts give the same sentence, so that a CRM field does not change at every run.
 */
export function reasonOf(
  stage: Stage,
  called: Stage,
  account: Pick<Measured, 'facts' | 'points'>,
  model: Model,
): string {
  const why = conditionMet(stageConditions(model).get(called), account) ?? nothingMet(account)
  const sentence =
    stage === called
      ? `${model.labels[stage]}: ${why}`
      : `${model.labels[stage]}, held while signals call for ${model.labels[called]}: ${why}`
  return sentence.length <= MAX_LENGTH ? sentence : `${sentence.slice(0, MAX_LENGTH - 1)}…`
}

/** The first alternative that holds, in words. */
function conditionMet(
  when: When | undefined,
  account: Pick<Measured, 'facts' | 'points'>,
): string | undefined {
  const values = new Map(Object.entries({ ...account.facts, points: account.points }))
  const met = when?.find(all =>
    Object.entries(all).every(([name, condition]) => meets(condition, values.get(name) ?? null)),
  )
  if (met === undefined) return undefined
  return Object.entries(met)
    .map(([name, condition]) => `${factWords(name, values.get(name) ?? null)} (${conditionWords(condition)})`)
    .join(', ')
}

const nothingMet = ({ facts }: Pick<Measured, 'facts'>): string =>
  `${factWords('signals_90', facts.signals_90)}, and no condition of a higher stage holds`

/** A condition as people say it. */
export function conditionWords(condition: Condition): string {
  switch (condition.op) {
    case 'oneOf':
      return condition.values.map(String).join(' or ')
    case '>=':
      return `at least ${condition.value}`
    case '>':
      return `more than ${condition.value}`
    case '<=':
      return `at most ${condition.value}`
    case '<':
      return `less than ${condition.value}`
    case '!=':
      return `not ${condition.value}`
    case '=':
      return `exactly ${condition.value}`
  }
}
