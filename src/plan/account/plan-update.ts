import type { Account } from '../../domain/account.ts'
import type { Link } from '../../domain/link.ts'
import type { Delivered, PlannedChange } from '../../domain/planned-change.ts'
import { type ConnectorPlan, keyField } from '../connector-plan.ts'
import { accountSubject, asFields, asFill, differences, emptyFills, type Fill } from '../fields/difference.ts'
import { mappableValues } from '../values/mappable-values.ts'
import { worthOf } from './worth.ts'

/** What a linked record must become; null where nothing is worth a write. */
export function planUpdate(
  plan: ConnectorPlan,
  account: Account,
  link: Link,
  delivered: Delivered | null,
): PlannedChange | null {
  const known = delivered?.fields ?? {}
  const valueNamed = mappableValues(account, plan.context)
  const subject = accountSubject(plan, link.object, valueNamed)
  const differing = differences(plan, subject, known)
  const fills = emptyFills(plan, subject, known)
  const stamp = stampFor(plan, link, known)
  const worth = worthOf({ plan, account, delivered, differing, fills, stamp })
  if (worth === null) return null
  return {
    connector: plan.connector,
    kind: 'account',
    key: account.domain,
    domain: account.domain,
    object: link.object,
    remoteId: link.remoteId,
    action: 'update',
    // What is written once is written whole: every field that differs rides along.
    fields: asFields([...fills, ...differing.map(asFill), ...(stamp === null ? [] : [stamp])]),
    ifEmpty: fills.map(fill => fill.field),
    associate: [],
    ...worth,
  }
}

/** The key to put on the record: where it has none yet, or that of an account that spoke there before. */
function stampFor(plan: ConnectorPlan, link: Link, known: Delivered['fields']): Fill | null {
  const field = keyField(plan, link.object)
  const held = known[field] ?? (link.stamped ? link.domain : null)
  const ours = typeof held === 'string' && held.trim().toLowerCase() === link.domain
  return ours ? null : { field, from: held, to: link.domain }
}
