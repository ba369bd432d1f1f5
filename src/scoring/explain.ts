import type { Model } from '../config/model.ts'
import type { Account } from '../domain/account.ts'
import { calledRisk } from '../domain/called-risk.ts'
import type { Risk } from '../domain/stage.ts'
import type { Row } from '../store/duckdb.ts'
import { type JudgedStage, judgedStages } from './judged-stages.ts'
import { type Ledger, ledgerOf } from './ledger.ts'
import { type Missing, missingFor } from './missing.ts'

/** Something that is held though the signals call for less. */
export interface Held {
  /** Since when every step called for less. */
  since: Date
  /** The first step at or after this moment lets it fall, if it still calls for less. */
  until: Date
}

/** What the risk is reckoned from (MODEL.md §5). */
interface RiskBasis {
  called: Risk | null
  /** Days with a use in 30 days: the mean of the two windows before the last one. */
  base: number
  /** Days with a use in the last 30. */
  useDays: number
  held: Held | null
}

/** Why an account stands where it stands, with every number that led there. */
export interface Explanation {
  account: Account
  /** Null where the signals call for the stage that it is in. */
  held: Held | null
  risk: RiskBasis
  ledger: Ledger
  /** In the order tried: the first that holds is the stage called for. */
  stages: readonly JudgedStage[]
  /** Null where nothing is missing: it is at the top. */
  missing: Missing | null
}

/**
 * @param account as its step at `asOf` left it
 * @param days its rollup rows, of the model's window at least
 */
export function explanationOf(account: Account, days: readonly Row[], model: Model, asOf: Date): Explanation {
  const stages = judgedStages(model, account)
  return {
    account,
    held: held(account.lowerSince, model),
    risk: riskBasis(account, model),
    ledger: ledgerOf(days, model, asOf),
    stages,
    missing: missingFor(account, stages),
  }
}

function riskBasis({ facts, stage, riskLowerSince }: Account, model: Model): RiskBasis {
  return {
    called: calledRisk(model.risk, facts, stage),
    base: (facts.use_days_90 - facts.use_days_30) / 2,
    useDays: facts.use_days_30,
    held: held(riskLowerSince, model),
  }
}

const held = (since: Date | null, { demoteAfterMs }: Model): Held | null =>
  since === null ? null : { since, until: new Date(since.getTime() + demoteAfterMs) }
