import type { RiskRule } from './called-risk.ts'
import type { StageConditions } from './called-stage.ts'
import type { Importance, Kind, SignalClass } from './signal.ts'
import type { Stage } from './stage.ts'

/** A scoring model (MODEL.md §6), checked. */
export interface Model {
  name: string
  /** Of its meaning: changes when any number, rule or condition does, not with comments or order of keys. */
  hash: string
  windowDays: number
  demoteAfterMs: number
  risk: RiskRule
  classes: Readonly<Partial<Record<SignalClass, ClassPoints>>>
  /** The first that matches gives a signal's importance, else it is medium. */
  rules: readonly Rule[]
  stages: StageConditions
  labels: Readonly<Record<Stage, string>>
}

/** What one signal of a class earns, and the most that a day and a month may. */
export interface ClassPoints {
  points: number
  perDay: number
  perMonth: number
}

/** Globs are alternatives, different keys must all match; `*` is anything, case is ignored. */
export interface Rule {
  kinds: readonly Kind[]
  artifact?: readonly string[]
  version?: readonly string[]
  type?: readonly string[]
  /** Of a view's url. */
  host?: readonly string[]
  path?: readonly string[]
  as: Importance
}
