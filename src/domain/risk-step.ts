import type { Remembered } from './account.ts'
import { compareInOrder, move } from './move.ts'
import type { Risk, Stage } from './stage.ts'

/** What a risk step reads of a remembered account. */
export type RiskMemory = Pick<Remembered, 'risk' | 'riskLowerSince'>

/** No risk is the lowest. */
const RISK_ORDER: readonly (Risk | null)[] = [null, 'medium', 'high']

const NO_RISK: RiskMemory = { risk: null, riskLowerSince: null }

/**
 * From the risk called for to the risk, by the same rule as stages (MODEL.md §5).
 * @param stage the account's stage after its own step: once it is inactive, risk is null and forgotten
 * @param at T of the step
 */
export function stepRisk(
  remembered: RiskMemory | undefined,
  called: Risk | null,
  stage: Stage,
  at: Date,
  demoteAfterMs: number,
): RiskMemory {
  if (stage === 'inactive') return NO_RISK
  const held = remembered ?? NO_RISK
  const call = compareInOrder(RISK_ORDER, called, held.risk)
  const { takes, lowerSince } = move(call, held.riskLowerSince, at, demoteAfterMs)
  return { risk: takes ? called : held.risk, riskLowerSince: lowerSince }
}
