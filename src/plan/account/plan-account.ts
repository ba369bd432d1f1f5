import type { Account } from '../../domain/account.ts'
import type { Link } from '../../domain/link.ts'
import type { Delivered, PlannedChange } from '../../domain/planned-change.ts'
import { holds } from '../../domain/when.ts'
import type { ConnectorPlan } from '../connector-plan.ts'
import { fieldsHash } from '../fields/fields-hash.ts'
import { lookupFor } from '../values/condition-values.ts'
import { planCreate } from './plan-create.ts'
import { planRetirement } from './plan-retirement.ts'
import { planUpdate } from './plan-update.ts'

/** A change that the CRM did not take. */
export interface Rejected {
  fieldsHash: string
  status: 'open' | 'retry' | 'dismissed'
}

/** An account's record in the CRM. */
export interface LinkedRecord {
  match: 'linked'
  link: Link
  /** What the record holds, from the last delivery or as read when it was matched; null where neither was. */
  delivered: Delivered | null
  /** Of several accounts on one record only the best one is written. */
  speaks: boolean
}

/** What matching made of an account. `unknown`: it has not been looked for yet. */
export type Standing = LinkedRecord | { match: 'absent' | 'ambiguous' | 'ignored' | 'unknown' }

export type SkipReason =
  /** `only` leaves it alone. */
  | 'out_of_scope'
  /** A person said to leave it alone. */
  | 'ignored'
  /** No record, and `create` makes none. */
  | 'absent'
  | 'unknown'
  /** Left out by the config, and no record to clear. */
  | 'retired'
  /** The CRM refused the same change before. */
  | 'rejected'
  /** A person dismissed the same change. */
  | 'dismissed'

export type Decision =
  | { kind: 'change'; change: PlannedChange }
  | { kind: 'unchanged' }
  | { kind: 'shared' }
  | { kind: 'ambiguous' }
  | { kind: 'skipped'; reason: SkipReason }

/** Decides what becomes of one account in one CRM: the whole of planning. */
export function planAccount(
  plan: ConnectorPlan,
  account: Account,
  standing: Standing,
  rejected: Rejected | null,
): Decision {
  const lookup = lookupFor(account, plan.context, plan.segments)
  if (plan.only !== null && !holds(plan.only, lookup)) return skipped('out_of_scope')
  switch (standing.match) {
    case 'ambiguous':
      return { kind: 'ambiguous' }
    case 'absent': {
      const change = planCreate(plan, account, lookup)
      return change === null ? skipped('absent') : unlessRejected(plan, change, rejected)
    }
    case 'linked': {
      const { link, delivered, speaks } = standing
      if (!speaks) return { kind: 'shared' }
      return unlessRejected(plan, planUpdate(plan, account, link, delivered), rejected)
    }
    default:
      return skipped(standing.match)
  }
}

/**
 * Decides what becomes of an account that the config now leaves out. `only` is not asked: what is cleared was
 * written while it held. On a record that another account speaks for (`speaks: false`) nothing is cleared.
 */
export function planRetired(plan: ConnectorPlan, standing: Standing, rejected: Rejected | null): Decision {
  if (standing.match !== 'linked') return skipped('retired')
  const { link, delivered, speaks } = standing
  return speaks ? unlessRejected(plan, planRetirement(plan, link, delivered), rejected) : { kind: 'shared' }
}

function unlessRejected(
  { mapping }: ConnectorPlan,
  change: PlannedChange | null,
  rejected: Rejected | null,
): Decision {
  if (change === null) return { kind: 'unchanged' }
  const asBefore = rejected !== null && rejected.fieldsHash === fieldsHash(change, mapping)
  if (!asBefore || rejected.status === 'retry') return { kind: 'change', change }
  return skipped(rejected.status === 'dismissed' ? 'dismissed' : 'rejected')
}

const skipped = (reason: SkipReason): Decision => ({ kind: 'skipped', reason })
