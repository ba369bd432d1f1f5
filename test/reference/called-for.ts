import { DAY, dayOf, fromDate } from './calendar.ts'
import type { ConditionsLiteral, ModelLiteral } from './model-literal.ts'

type Values = Record<string, number | null>

/** MODEL.md §4: the first stage whose conditions hold, else interest. `values` are the facts and the points. */
export function stageCalledFor(values: Values, model: ModelLiteral): string {
  for (const [stage, conditions] of Object.entries(model.stages)) {
    const alternatives = Array.isArray(conditions) ? conditions : [conditions]
    if (alternatives.some(all => allHold(all, values))) return stage
  }
  return 'interest'
}

function allHold(all: ConditionsLiteral, values: Values): boolean {
  return Object.entries(all).every(([name, condition]) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no such fact: ${name}`)
    if (Array.isArray(condition)) return condition.some(wanted => value === Number(wanted))
    return value !== null && compares(value, String(condition))
  })
}

function compares(value: number, condition: string): boolean {
  const [, sign, text] = /^(>=|<=|!=|>|<|=)?\s*(.+)$/.exec(condition) ?? []
  const limit = Number(text)
  if (Number.isNaN(limit)) throw new Error(`no such condition: ${condition}`)
  if (sign === '>=') return value >= limit
  if (sign === '<=') return value <= limit
  if (sign === '>') return value > limit
  if (sign === '<') return value < limit
  if (sign === '!=') return value !== limit
  return value === limit
}

/** MODEL.md §5, "Risk". */
export function riskCalledFor(facts: Values, stage: string, model: ModelLiteral): string | null {
  if (stage === 'inactive') return null
  const { high, medium, min_base, min_drop } = model.risk
  const recent = Number(facts.use_days_30)
  const base = (Number(facts.use_days_90) - recent) / 2
  if (!(base >= min_base && base - recent >= min_drop)) return null
  if (recent <= high * base) return 'high'
  if (recent <= medium * base) return 'medium'
  return null
}

/** MODEL.md §5, "In words". */
export function trendOf(facts: Values, firstSeen: number, stage: string, asOf: Date): string | null {
  const growth = facts.signals_mom
  if (stage === 'inactive') return null
  if (firstSeen >= (dayOf(fromDate(asOf)) - 30) * DAY) return 'new'
  if (growth === null || growth === undefined) return Number(facts.signals_30) > 0 ? 'rising' : 'steady'
  if (growth >= 0.25) return 'rising'
  if (growth <= -0.25) return 'falling'
  return 'steady'
}
