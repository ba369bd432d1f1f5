import type { Link } from '../domain/link.ts'
import type { Delivered, PlannedChange } from '../domain/planned-change.ts'
import type { DeliveredTo } from '../state/delivered.ts'
import type { Matching } from './matching-context.ts'
import { recordsById } from './records-by-id.ts'

/** A linked record of which some fields that are to be written are not known: the mapping gained them since. */
export interface Unlearnt {
  link: Link
  fields: readonly string[]
}

/**
 * The fields of a change whose values before nobody knows. Those that are written only where they are empty are read
 * before they are written in any case.
 */
export const unknownFields = (
  { action, fields, ifEmpty }: PlannedChange,
  delivered: Delivered,
  key: string,
): string[] =>
  action === 'update'
    ? Object.keys(fields).filter(
        name => name !== key && !ifEmpty.includes(name) && !Object.hasOwn(delivered.fields, name),
      )
    : []

/** Reads what these records hold in these fields, and remembers it beside what is known of them. */
export async function learnFields(
  { connector, state }: Matching,
  unlearnt: readonly Unlearnt[],
): Promise<void> {
  const learnt: DeliveredTo[] = []
  const moved: string[] = []
  for (const [object, some] of Map.groupBy(unlearnt, ({ link }) => link.object)) {
    const ids = some.map(({ link }) => link.remoteId)
    const fields = [...new Set(some.flatMap(one => one.fields))]
    const records = await recordsById(connector, object, ids, fields)
    for (const { link, fields } of some) {
      const record = records.get(link.remoteId)
      if (record === undefined) continue
      const { domain, remoteId } = link
      const isMoved = record.remoteId !== remoteId || (record.object ?? object) !== object
      const held = Object.fromEntries(fields.map(name => [name, record.fields[name] ?? null]))
      // Of what it became nothing at all is known.
      if (isMoved) moved.push(domain)
      else learnt.push({ domain, object, fields: held, asOf: null })
    }
  }
  await state.transaction(async inside => {
    await inside.delivered.merge(connector.name, learnt)
    await inside.delivered.remove(connector.name, moved)
  })
}
