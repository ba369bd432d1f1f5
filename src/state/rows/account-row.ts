import type { Account, Remembered } from '../../domain/account.ts'
import { fromJson, fromTime, fromTimeOrNull, toJson, toTime, toTimeOrNull } from './codec.ts'
import type { AccountRow } from './tables.ts'

export const REMEMBERED_COLUMNS = [
  'domain',
  'name',
  'country',
  'firstSeen',
  'lastSeen',
  'stage',
  'stageSince',
  'lowerSince',
  'previousStage',
  'stageDirection',
  'risk',
  'riskLowerSince',
] as const satisfies readonly (keyof AccountRow)[]

/** An account that was called retired, with why. */
export type RetiredAccount = Account & { retired: string }

export const toAccountRow = (account: Account, runId: string): AccountRow => ({
  domain: account.domain,
  name: account.name,
  country: account.country,
  industry: account.industry,
  size: account.size,
  firstSeen: toTime(account.firstSeen),
  lastSeen: toTime(account.lastSeen),
  points: account.points,
  score: account.score,
  signals30: account.facts.signals_30,
  facts: toJson(account.facts),
  topArtifacts: toJson(account.topArtifacts),
  calledStage: account.calledStage,
  stage: account.stage,
  stageSince: toTime(account.stageSince),
  lowerSince: toTimeOrNull(account.lowerSince),
  previousStage: account.previousStage,
  stageDirection: account.stageDirection,
  direction: account.direction,
  risk: account.risk,
  riskLowerSince: toTimeOrNull(account.riskLowerSince),
  reason: account.reason,
  trend: account.trend,
  runId,
  retired: null,
})

export const toAccount = (row: AccountRow): Account => ({
  ...toRemembered(row),
  industry: row.industry,
  size: row.size,
  points: row.points,
  score: row.score,
  facts: fromJson(row.facts),
  topArtifacts: fromJson(row.topArtifacts),
  calledStage: row.calledStage,
  direction: row.direction,
  reason: row.reason,
  trend: row.trend,
})

export const toRemembered = (row: Pick<AccountRow, (typeof REMEMBERED_COLUMNS)[number]>): Remembered => ({
  domain: row.domain,
  name: row.name,
  country: row.country,
  firstSeen: fromTime(row.firstSeen),
  lastSeen: fromTime(row.lastSeen),
  stage: row.stage,
  stageSince: fromTime(row.stageSince),
  lowerSince: fromTimeOrNull(row.lowerSince),
  previousStage: row.previousStage,
  stageDirection: row.stageDirection,
  risk: row.risk,
  riskLowerSince: fromTimeOrNull(row.riskLowerSince),
})
