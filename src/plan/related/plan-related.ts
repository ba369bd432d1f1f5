import { type PlannedChange, PRIORITIES } from '../../domain/planned-change.ts'
import type { RelatedKind, RelatedRecord } from '../../domain/related-record.ts'
import { isRefreshDue, moveText, refreshReason, type Worth } from '../account/worth.ts'
import type { ConnectorPlan } from '../connector-plan.ts'
import {
  asFields,
  asFill,
  differences,
  emptyFills,
  firstValues,
  isLargeEnough,
  isTrigger,
  type Subject,
  standIns,
} from '../fields/difference.ts'

/** A lead or contact as the mapping means it. */
export interface Related extends Subject {
  kind: RelatedKind
  key: string
  domain: string
  /** What a field that a record must have holds where the mapping has no value for it. */
  name: string
}

/** What a new lead or contact is tied to, and what it carries beside the mapping's values. */
export interface Ties {
  associate: PlannedChange['associate']
  /** Field → value: key, owner, the account's record where a field holds it. */
  fields: Readonly<Record<string, string>>
  why: string
}

/** The lead or contact to make. */
export function planRelatedCreate(plan: ConnectorPlan, related: Related, ties: Ties): PlannedChange {
  const { kind, key, domain, object, name } = related
  const filled = {
    ...standIns(plan, related, name),
    ...firstValues(plan, related),
    ...ties.fields,
  }
  return {
    connector: plan.connector,
    kind,
    key,
    domain,
    object,
    remoteId: null,
    action: 'create',
    fields: Object.fromEntries(Object.entries(filled).map(([field, to]) => [field, { from: null, to }])),
    ifEmpty: [],
    associate: ties.associate,
    why: ties.why,
    priority: PRIORITIES.create,
  }
}

/** What a lead or contact that is there must become; null where nothing is worth a write. */
export function planRelatedUpdate(
  plan: ConnectorPlan,
  related: Related,
  { remoteId, delivered }: RelatedRecord,
): PlannedChange | null {
  const { kind, key, domain, object } = related
  const differing = differences(plan, related, delivered.fields)
  const worth = worthOf(plan, differing, delivered)
  if (worth === null) return null
  const fills = emptyFills(plan, related, delivered.fields)
  return {
    connector: plan.connector,
    kind,
    key,
    domain,
    object,
    remoteId,
    action: 'update',
    fields: asFields([...fills, ...differing.map(asFill)]),
    ifEmpty: fills.map(({ field }) => field),
    associate: [],
    ...worth,
  }
}

function worthOf(
  plan: ConnectorPlan,
  differing: ReturnType<typeof differences>,
  delivered: RelatedRecord['delivered'],
): Worth | null {
  const triggers = differing.filter(each => isTrigger(each.line) && isLargeEnough(each))
  if (triggers.length > 0) return { why: triggers.map(moveText).join(', '), priority: PRIORITIES.scoreMove }
  if (differing.length === 0 || !isRefreshDue(plan, delivered)) return null
  return { why: refreshReason(plan, delivered), priority: PRIORITIES.refresh }
}
