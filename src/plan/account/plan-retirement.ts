import type { Link } from '../../domain/link.ts'
import { type Delivered, type PlannedChange, PRIORITIES } from '../../domain/planned-change.ts'
import { type ConnectorPlan, keyField, nameFields } from '../connector-plan.ts'

/**
 * Clears what we wrote for an account that the config now leaves out; null where nothing of ours is left. The key goes
 * too: it would keep the record from being matched anew, by this domain or by the account that it is now folded
 * into. What a record needs to be found or to exist (its name, the field it is matched by) stays.
 */
export function planRetirement(
  plan: ConnectorPlan,
  link: Link,
  delivered: Delivered | null,
): PlannedChange | null {
  const key = keyField(plan, link.object)
  const kept = new Set([...nameFields(plan, link.object), plan.mapping.match.by])
  const known = { ...delivered?.fields, ...(link.stamped ? { [key]: link.domain } : {}) }
  const written = plan.mapping.fields.filter(line => line.write === 'always' && !kept.has(line.to))
  const fields = new Set([...written.map(line => line.to), key]).values().flatMap(name => {
    const from = known[name] ?? null
    return from === null ? [] : [[name, { from, to: null }] as const]
  })
  const cleared = Object.fromEntries(fields)
  if (Object.keys(cleared).length === 0) return null
  return {
    connector: plan.connector,
    kind: 'account',
    key: link.domain,
    domain: link.domain,
    object: link.object,
    remoteId: link.remoteId,
    action: 'retire',
    fields: cleared,
    ifEmpty: [],
    associate: [],
    why: 'the config now leaves this account out',
    priority: PRIORITIES.refresh,
  }
}
