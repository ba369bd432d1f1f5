import type { Value } from '../../domain/mappable.ts'
import type { Direction, Risk, Stage } from '../../domain/stage.ts'
import type { Condition } from '../../domain/when.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import type { Held } from '../../scoring/explain.ts'
import { MICROPOINTS } from '../../scoring/importance.ts'
import type { JudgedCondition, JudgedStage } from '../../scoring/judged-stages.ts'
import type { Ledger, LedgerClass } from '../../scoring/ledger.ts'
import type { Missing } from '../../scoring/missing.ts'
import type { StageChange } from '../../state/moves.ts'
import { type AccountJson, accountJson } from '../accounts/account-json.ts'
import type { ExplainedAccount } from './explain.ts'

/** What `explain --json` prints. Times in ISO to the second, points with up to 6 decimals. */
export interface ExplanationJson {
  asOf: string
  model: { name: string; hash: string }
  account: AccountJson
  /** Where signals call for less than the stage: since when, and when it falls at the earliest. */
  held: HeldJson | null
  risk: { called: Risk | null; base: number; useDays: number; held: HeldJson | null }
  ledger: LedgerJson
  stages: StageJson[]
  missing: Missing | null
  history: { at: string; from: Stage | null; to: Stage; direction: Direction; reason: string }[]
}

interface HeldJson {
  since: string
  until: string
}

interface LedgerJson {
  months: {
    class: LedgerClass
    month: string
    signals: number
    earned: number
    lostToDay: number
    lostToMonth: number
    counted: number
  }[]
  classes: { class: LedgerClass; counted: number; lostToWindow: number; points: number }[]
  /** What rounding to 2 places added to the sum of the classes. */
  rounding: number
  /** The account's. */
  points: number
}

interface StageJson {
  stage: Stage
  holds: boolean
  alternatives: { holds: boolean; conditions: ConditionJson[] }[]
}

type ConditionJson = { fact: string; actual: Value; holds: boolean } & (
  | { op: 'oneOf'; values: readonly Value[] }
  | { op: Exclude<Condition['op'], 'oneOf'>; value: Value }
)

export function explanationJson(explained: ExplainedAccount): ExplanationJson {
  const { account, model, risk } = explained
  return {
    asOf: isoSecond(explained.asOf),
    model: { name: model.name, hash: model.hash },
    account: accountJson(account),
    held: heldJson(explained.held),
    risk: { called: risk.called, base: risk.base, useDays: risk.useDays, held: heldJson(risk.held) },
    ledger: ledgerJson(explained.ledger),
    stages: explained.stages.map(stageJson),
    missing: explained.missing,
    history: explained.history.map(changeJson),
  }
}

const heldJson = (held: Held | null): HeldJson | null =>
  held === null ? null : { since: isoSecond(held.since), until: isoSecond(held.until) }

function ledgerJson({ months, classes, micropoints, points }: Ledger): LedgerJson {
  return {
    months: months.map(month => ({
      class: month.class,
      month: month.month,
      signals: month.signals,
      earned: inPoints(month.earned),
      lostToDay: inPoints(month.lostToDay),
      lostToMonth: inPoints(month.lostToMonth),
      counted: inPoints(month.counted),
    })),
    classes: classes.map(total => ({
      class: total.class,
      counted: inPoints(total.counted),
      lostToWindow: inPoints(total.lostToWindow),
      points: inPoints(total.points),
    })),
    rounding: inPoints(Math.round(points * MICROPOINTS) - micropoints),
    points,
  }
}

const inPoints = (micropoints: number): number => micropoints / MICROPOINTS

const stageJson = ({ stage, holds, alternatives }: JudgedStage): StageJson => ({
  stage,
  holds,
  alternatives: alternatives.map(alternative => ({
    holds: alternative.holds,
    conditions: alternative.conditions.map(conditionJson),
  })),
})

const conditionJson = ({ fact, condition, actual, holds }: JudgedCondition): ConditionJson => ({
  fact,
  ...condition,
  actual,
  holds,
})

const changeJson = ({
  at,
  from,
  to,
  direction,
  reason,
}: StageChange): ExplanationJson['history'][number] => ({
  at: isoSecond(at),
  from,
  to,
  direction,
  reason,
})
