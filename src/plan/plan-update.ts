import type { Account } from '../domain/account.ts'
import type { Link } from '../domain/link.ts'
import type { Value } from '../domain/mappable.ts'
import type { Delivered, PlannedChange } from '../domain/planned-change.ts'
import { type ConnectorPlan, keyField, shapeOf } from './connector-plan.ts'
import { type Difference, differences, type Fill } from './difference.ts'
import { mappableValues } from './mappable-values.ts'
import { wantedValue } from './wanted-value.ts'
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
  const differing = differences(plan, link.object, valueNamed, known)
  const fills = emptyFills(plan, link.object, valueNamed, known)
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
    fields: Object.fromEntries(
      [...fills, ...differing.map(asFill), ...(stamp === null ? [] : [stamp])].map(({ to, field, from }) => [
        field,
        { from, to },
      ]),
    ),
    ifEmpty: fills.map(fill => fill.field),
    associate: [],
    ...worth,
  }
}

const asFill = ({ line, from, to }: Difference): Fill => ({ field: line.to, from, to })

/** `if_empty` looks each time the record is written, since people may have emptied the field: so each is a candidate. */
function emptyFills(
  plan: ConnectorPlan,
  object: string,
  valueNamed: (name: string) => Value,
  known: Delivered['fields'],
): Fill[] {
  return plan.mapping.fields
    .filter(line => line.write === 'if_empty')
    .flatMap(line => {
      const to = wantedValue(line, shapeOf(plan, object, line), valueNamed)
      return to === undefined || to === null ? [] : [{ field: line.to, from: known[line.to] ?? null, to }]
    })
}

/** The key to put on the record: where it has none yet, or that of an account that spoke there before. */
function stampFor(plan: ConnectorPlan, link: Link, known: Delivered['fields']): Fill | null {
  const field = keyField(plan, link.object)
  const held = known[field] ?? (link.stamped ? link.domain : null)
  const ours = typeof held === 'string' && held.trim().toLowerCase() === link.domain
  return ours ? null : { field, from: held, to: link.domain }
}
