import type { Mapping } from '../../config/mapping.ts'
import type { Field, Fields } from '../../contract/fields.ts'
import type { Link } from '../../domain/link.ts'
import type { Value } from '../../domain/mappable.ts'
import { type Delivered, type PlannedChange, PRIORITIES } from '../../domain/planned-change.ts'
import { sameValue } from '../fields/field-value.ts'

/** The CRM fields that the mapping writes at each change. */
export const fieldsWrittenAlways = ({ fields }: Pick<Mapping, 'fields'>): string[] => [
  ...new Set(fields.filter(line => line.write === 'always').map(line => line.to)),
]

/**
 * What others overwrote on a record: from what the CRM holds to what we delivered last. Null where all is as we left
 * it; a field that we never wrote nor read is nobody's to compare.
 */
export function planDrift(
  always: readonly string[],
  fields: ReadonlyMap<string, Pick<Field, 'type'>>,
  { connector, domain, object, remoteId }: Link,
  delivered: Delivered,
  held: Fields,
): PlannedChange | null {
  const drifted: Record<string, { from: Value; to: Value }> = {}
  for (const name of always) {
    const type = fields.get(name)?.type
    const ours = delivered.fields[name]
    const theirs = held[name] ?? null
    if (type === undefined || ours === undefined || sameValue(type, theirs, ours)) continue
    drifted[name] = { from: theirs, to: ours }
  }
  if (Object.keys(drifted).length === 0) return null
  const why = 'overwritten in the CRM since it was last delivered'
  return {
    connector,
    kind: 'account',
    key: domain,
    domain,
    object,
    remoteId,
    action: 'update',
    fields: drifted,
    ifEmpty: [],
    associate: [],
    why,
    priority: PRIORITIES.refresh,
  }
}
