import type { SkipReason } from '../plan/account/plan-account.ts'

/** How planning decided, account by account. */
export interface PlanCounts {
  /** Every account was decided: what is not planned is not wanted. */
  isWhole: boolean
  planned: number
  unchanged: number
  shared: number
  ambiguous: number
  /** In a job whose results are not known yet: what it left to do is planned after that. */
  inJobs: number
  /** Would get a record, and are left for a day with more calls. */
  postponed: number
  skipped: number
  skippedBecause: Partial<Record<SkipReason, number>>
  /** The account that speaks for a shared record → all that share it. */
  sharedWith: Map<string, readonly string[]>
}

export const noPlanCounts = (): PlanCounts => ({
  isWhole: false,
  planned: 0,
  unchanged: 0,
  shared: 0,
  ambiguous: 0,
  inJobs: 0,
  postponed: 0,
  skipped: 0,
  skippedBecause: {},
  sharedWith: new Map(),
})
