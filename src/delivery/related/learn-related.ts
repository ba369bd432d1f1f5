import type { Fields } from '../../contract/fields.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { RelatedRecord } from '../../domain/related-record.ts'
import { sameValue } from '../../plan/fields/field-value.ts'
import { readFields, unknownFields } from '../match/learn-fields.ts'
import type { Matching } from '../match/matching.ts'

/**
 * Changes of leads, or of contacts, with what stands in fields of which nobody knew: the mapping gained them since. What
 * holds its value already is left out.
 */
export async function learnRelated(
  { connector, state, plan }: Matching,
  changes: readonly PlannedChange[],
): Promise<PlannedChange[]> {
  const updates = changes.filter(({ remoteId }) => remoteId !== null)
  const [first] = updates
  if (first === undefined || first.kind === 'account') return [...changes]
  const keys = updates.map(({ key }) => key)
  const known = await state.related.get(connector.name, first.kind, keys)
  const asked = updates.flatMap(change => {
    const record = known.get(change.key)
    const fields = record === undefined ? [] : unknownFields(change, record.delivered)
    return record === undefined || fields.length === 0 ? [] : [{ ...record, fields }]
  })
  const learnt = new Map<string, Fields>()
  const records: RelatedRecord[] = []
  for await (const { of, held } of readFields(connector, asked)) {
    const { fields: _, ...record } = of
    if (held === null) continue
    learnt.set(of.key, held)
    const { fields, asOf } = record.delivered
    records.push({ ...record, delivered: { fields: { ...fields, ...held }, asOf } })
  }
  await state.related.put(records)
  const typeOf = (object: string, name: string) => plan.fields.get(object)?.get(name)?.type ?? 'text'
  return changes.flatMap(change => {
    const held = learnt.get(change.key)
    if (held === undefined) return [change]
    const fields = Object.entries(change.fields).flatMap(([name, { from, to }]) => {
      const before = held[name]
      if (before === undefined) return [[name, { from, to }] as const]
      return sameValue(typeOf(change.object, name), before, to) ? [] : [[name, { from: before, to }] as const]
    })
    return fields.length === 0 ? [] : [{ ...change, fields: Object.fromEntries(fields) }]
  })
}
