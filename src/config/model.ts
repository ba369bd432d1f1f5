import type { Importance, ScoredKind, SignalClass } from '../domain/signal.ts'
import type { Stage } from '../domain/stage.ts'
import type { When } from '../domain/when.ts'

/** What one signal of a class earns, and the most that a day and a month may. At most 6 decimals each. */
export interface ClassPoints {
  points: number
  perDay: number
  perMonth: number
}

/** Alternatives; `*` is anything, the whole value counts, letter case does not. */
export type Globs = readonly string[]

/** Gives its importance to signals of these kinds that match every list of globs that it has. */
export interface Rule {
  kinds: readonly ScoredKind[]
  artifact?: Globs
  version?: Globs
  type?: Globs
  /** Of a view's url, like `path`. */
  host?: Globs
  path?: Globs
  as: Importance
}

/** `high` and `medium` are shares of the base, the others days with a use (MODEL.md §5). */
interface RiskModel {
  high: number
  medium: number
  minBase: number
  minDrop: number
}

/** The stages that have conditions, in the order in which they are tried. `interest` is the rest. */
export const STAGE_ORDER = ['inactive', 'ongoing_usage', 'experimentation', 'investigation'] as const
type ConditionedStage = (typeof STAGE_ORDER)[number]

/** A scoring model (MODEL.md §6), checked. */
export interface Model {
  name: string
  /** Of everything that decides points, stages and risk; not of name, labels, comments and layout. */
  hash: string
  windowDays: number
  demoteAfterMs: number
  risk: RiskModel
  /** Every class; one that the file leaves out earns nothing. */
  classes: Readonly<Record<SignalClass, ClassPoints>>
  /** The first that matches a signal gives its importance, else it is `medium`. */
  rules: readonly Rule[]
  stages: Readonly<Record<ConditionedStage, When>>
  stageOrder: readonly ConditionedStage[]
  labels: Readonly<Record<Stage, string>>
}
