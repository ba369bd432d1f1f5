import type { Link } from '../../domain/link.ts'
import type { Delivered } from '../../domain/planned-change.ts'
import { keyField } from '../../plan/connector-plan.ts'
import { linesOf } from '../../plan/related/lines-of.ts'
import type { DeliveredTo } from '../../state/delivered.ts'
import { recordsById } from '../read/records-by-id.ts'
import type { Matching } from './matching.ts'

/** Domain → what fields are taken to hold, whatever is read. */
export type Held = ReadonlyMap<string, Delivered['fields']>

/**
 * Reads the records of links of which nothing is known: the record became another one, or the link came from a file. So
 * what differs there is written, all of it, and `revert` knows what there was.
 */
export async function learnUnknown(
  matching: Matching,
  links: readonly Link[],
  held: Held,
): Promise<Map<string, { link: Link; delivered: DeliveredTo }>> {
  const { connector, state } = matching
  const learnt = new Map<string, { link: Link; delivered: DeliveredTo }>()
  for (const [object, some] of Map.groupBy(links, link => link.object)) {
    const ids = some.map(({ remoteId }) => remoteId)
    const records = await recordsById(connector, object, ids, fieldsOf(matching, object))
    for (const before of some) {
      const record = records.get(before.remoteId)
      if (record === undefined) continue
      const { domain } = before
      const link = { ...before, object: record.object ?? object, remoteId: record.remoteId }
      const fields = { ...record.fields, ...held.get(domain) }
      learnt.set(domain, { link, delivered: { domain, object: link.object, fields, asOf: null } })
    }
  }
  const found = [...learnt.values()]
  await state.transaction(async inside => {
    await inside.links.put(found.map(({ link }) => link))
    await inside.delivered.put(
      connector.name,
      found.map(({ delivered }) => delivered),
    )
  })
  return learnt
}

const fieldsOf = ({ plan }: Matching, object: string): string[] => [
  ...new Set([keyField(plan, object), ...linesOf(plan.mapping, object).map(line => line.to)]),
]
