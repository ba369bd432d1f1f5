import type { Fields } from '../../contract/fields.ts'
import type { Link } from '../../domain/link.ts'
import type { Delivered, PlannedChange } from '../../domain/planned-change.ts'
import type { DeliveredTo } from '../../state/delivered.ts'
import { recordsById } from '../read/records-by-id.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import type { Matching } from './matching.ts'

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
  key: string | null = null,
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
  const asked = unlearnt.map(({ link, fields }) => ({ ...link, fields }))
  for await (const { of, held } of readFields(connector, asked)) {
    // Of what it became nothing at all is known.
    if (held === null) moved.push(of.domain)
    else learnt.push({ domain: of.domain, object: of.object, fields: held, asOf: null })
  }
  await state.transaction(async inside => {
    await inside.delivered.merge(connector.name, learnt)
    await inside.delivered.remove(connector.name, moved)
  })
}

interface Asked {
  object: string
  remoteId: string
  fields: readonly string[]
}

/** What records hold in some of their fields; null for one that became another. One that is gone is left out. */
export async function* readFields<T extends Asked>(
  connector: ConnectorSession,
  asked: readonly T[],
): AsyncGenerator<{ of: T; held: Fields | null }> {
  for (const [object, some] of Map.groupBy(asked, one => one.object)) {
    const ids = some.map(({ remoteId }) => remoteId)
    const fields = [...new Set(some.flatMap(one => one.fields))]
    const records = await recordsById(connector, object, ids, fields)
    for (const of of some) {
      const record = records.get(of.remoteId)
      if (record === undefined) continue
      const isSame = record.remoteId === of.remoteId && (record.object ?? object) === object
      const held = Object.fromEntries(of.fields.map(name => [name, record.fields[name] ?? null]))
      yield { of, held: isSame ? held : null }
    }
  }
}
