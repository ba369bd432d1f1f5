/** A model as it stands in model.yaml, after parsing: snake_case, conditions still text. */
export interface ModelLiteral {
  name: string
  window_days: number
  demote_after_days: number
  risk: { high: number; medium: number; min_base: number; min_drop: number }
  classes: Record<string, { points: number; per_day: number; per_month: number }>
  rules: RuleLiteral[]
  stages: Record<string, ConditionsLiteral | ConditionsLiteral[]>
  labels?: Record<string, string>
}

export interface RuleLiteral {
  kind: string[]
  artifact?: string[]
  version?: string[]
  type?: string[]
  host?: string[]
  path?: string[]
  as: string
}

export type ConditionsLiteral = Record<string, string | number | (string | number)[]>
