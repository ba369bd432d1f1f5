import type { FieldValue } from '../../contract/fields.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { Delivery } from './delivery.ts'

/**
 * Reads the fields that are written only where the record has none, just before they are written, and drops those
 * that are filled. A change with nothing left is over.
 */
export async function dropFilled(
  delivery: Delivery,
  batch: readonly PlannedChange[],
): Promise<PlannedChange[]> {
  const asking = batch.filter(change => change.remoteId !== null && change.ifEmpty.length > 0)
  if (asking.length === 0) return [...batch]
  const held = await readHeld(delivery, asking)
  const kept = batch.map(change => {
    const values = change.remoteId === null ? undefined : held.get(change.remoteId)
    return values === undefined ? change : withoutFilled(change, values)
  })
  const over = kept.filter(change => Object.keys(change.fields).length === 0)
  await closeUnneeded(delivery, over, held)
  return kept.filter(change => Object.keys(change.fields).length > 0)
}

type Held = ReadonlyMap<string, Readonly<Record<string, FieldValue>>>

async function readHeld({ connector }: Delivery, changes: readonly PlannedChange[]): Promise<Held> {
  const [first] = changes
  const held = new Map<string, Readonly<Record<string, FieldValue>>>()
  if (first === undefined) return held
  const ids = changes.flatMap(({ remoteId }) => remoteId ?? [])
  const fields = [...new Set(changes.flatMap(({ ifEmpty }) => ifEmpty))]
  const query = { object: first.object, ids } as const
  for await (const record of connector.session.read(query, fields, connector.call)) {
    held.set(record.askedId ?? record.remoteId, record.fields)
  }
  return held
}

function withoutFilled(change: PlannedChange, held: Readonly<Record<string, FieldValue>>): PlannedChange {
  const filled = new Set(change.ifEmpty.filter(name => (held[name] ?? null) !== null))
  const fields = Object.fromEntries(Object.entries(change.fields).filter(([name]) => !filled.has(name)))
  return { ...change, fields, ifEmpty: change.ifEmpty.filter(name => !filled.has(name)) }
}

/** What the record holds is remembered, so that the next plan asks for nothing. */
async function closeUnneeded(delivery: Delivery, over: readonly PlannedChange[], held: Held): Promise<void> {
  if (over.length === 0) return
  const { connector, state, runId, counts } = delivery
  counts.unneeded += over.length
  await state.recordOutcomes({
    runId,
    connector: connector.name,
    at: new Date(connector.clock.now()),
    changes: over.map(({ object, key, remoteId }) => ({
      object,
      key,
      remoteId,
      status: 'skipped',
      failure: null,
    })),
    // Of leads and contacts it is asked again: few are written for nothing but that.
    delivered: over
      .filter(({ kind }) => kind === 'account')
      .map(({ object, domain, remoteId }) => ({
        object,
        domain,
        fields: held.get(remoteId ?? '') ?? {},
        asOf: null,
      })),
    links: [],
    unlinked: [],
    refused: [],
    resolved: [],
  })
}
