import type { Facts } from './facts.ts'
import type { Direction, Risk, Stage, Trend } from './stage.ts'

/** What the signals say of one company at `as_of`, before anything remembered is looked at. */
export interface Measured {
  /** Registrable domain, lower-case, punycode. */
  domain: string
  /** The latest non-empty name of a signal. */
  name: string | null
  country: string | null
  firstSeen: Date
  lastSeen: Date
  /** Capped points of the model's window, 2 places. */
  points: number
  facts: Facts
  /** Up to five, most signals first. */
  topArtifacts: readonly string[]
}

/** What the state keeps of an account from one step to the next. */
export interface Remembered {
  domain: string
  name: string | null
  country: string | null
  firstSeen: Date
  lastSeen: Date
  stage: Stage
  stageSince: Date
  /** Since when every step called for less than `stage`. */
  lowerSince: Date | null
  previousStage: Stage | null
  /** The direction of the last move. */
  stageDirection: Direction
  risk: Risk | null
  riskLowerSince: Date | null
}

/** An account after its step: measured, staged, explained. */
export interface Account extends Measured, Remembered {
  /** `points`, or 0 when the account is inactive. */
  score: number
  calledStage: Stage
  /** What this step moved; null where it moved nothing. */
  direction: Direction | null
  reason: string
  trend: Trend | null
  industry: string | null
  size: string | null
}
