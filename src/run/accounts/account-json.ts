import type { Account } from '../../domain/account.ts'
import { FACT_NAMES, type FactName } from '../../domain/facts.ts'
import type { Direction, Risk, Stage, Trend } from '../../domain/stage.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'

/** An account as `--json` shows it, everywhere (DESIGN.md). Times in ISO to the second. */
export interface AccountJson {
  domain: string
  name: string | null
  score: number
  points: number
  stage: Stage
  calledStage: Stage
  /** Null where this step moves nothing. */
  direction: Direction | null
  stageSince: string
  risk: Risk | null
  reason: string
  trend: Trend | null
  firstSeen: string
  lastSeen: string
  facts: Readonly<Record<FactName, number | null>> & {
    first_seen: string
    last_seen: string
    top_artifacts: readonly string[]
  }
}

export function accountJson(account: Account): AccountJson {
  const { domain, name, score, points, stage, calledStage, direction, risk, reason, trend } = account
  const firstSeen = isoSecond(account.firstSeen)
  const lastSeen = isoSecond(account.lastSeen)
  const counted = FACT_NAMES.map(fact => [fact, account.facts[fact]] as const)
  return {
    domain,
    name,
    score,
    points,
    stage,
    calledStage,
    direction,
    stageSince: isoSecond(account.stageSince),
    risk,
    reason,
    trend,
    firstSeen,
    lastSeen,
    facts: {
      ...(Object.fromEntries(counted) as Record<FactName, number | null>), // every fact has its entry, by construction
      first_seen: firstSeen,
      last_seen: lastSeen,
      top_artifacts: account.topArtifacts,
    },
  }
}
