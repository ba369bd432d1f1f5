import type { Facts } from './facts.ts'
import type { Risk, Stage } from './stage.ts'

/** The model's `risk` block. `high` and `medium` are shares of the base, the others days with a use. */
export interface RiskRule {
  high: number
  medium: number
  minBase: number
  minDrop: number
}

/**
 * The churn risk that the facts call for (MODEL.md §5): use days of the last 30 days against the mean of the 60 days
 * before those. One missed week is no risk: the drop must be at least `minDrop` days.
 */
export function calledRisk(rule: RiskRule, facts: Facts, stage: Stage): Risk | null {
  if (stage === 'inactive') return null
  const now = facts.use_days_30
  const base = (facts.use_days_90 - now) / 2
  if (base < rule.minBase || base - now < rule.minDrop) return null
  if (now <= rule.high * base) return 'high'
  return now <= rule.medium * base ? 'medium' : null
}
