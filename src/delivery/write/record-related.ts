import type { Fields } from '../../contract/fields.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { RelatedRecord } from '../../domain/related-record.ts'
import { fieldsHash } from '../../plan/fields/fields-hash.ts'
import type { Delivery } from './delivery.ts'
import { refusal } from './refusal.ts'
import type { Settled } from './settled.ts'

/**
 * Records what the CRM said of a batch of leads or contacts, in one transaction. A lead that is gone counts as closed, so
 * that none is made in its place before `again` allows; a contact that is gone is looked for anew.
 */
export async function recordRelated(delivery: Delivery, settled: readonly Settled[]): Promise<void> {
  const [first] = settled
  if (first === undefined || first.change.kind === 'account') return
  const { connector, state, runId, mapping, counts } = delivery
  const { kind } = first.change
  const keys = settled.map(({ change }) => change.key)
  const before = await state.related.get(connector.name, kind, keys)
  const related: RelatedRecord[] = []
  const contactsGone: string[] = []
  const refused: Settled[] = []
  for (const one of settled) {
    const after = becomes(delivery, one, before.get(one.change.key))
    if (after === 'refused') refused.push(one)
    else if (after === 'gone') contactsGone.push(one.change.key)
    else related.push(after)
  }
  await state.recordOutcomes({
    runId,
    connector: connector.name,
    at: new Date(connector.clock.now()),
    changes: settled.map(({ change: { object, key, remoteId }, result }) => ({
      object,
      key,
      status: result.status,
      remoteId: result.status === 'failed' ? remoteId : result.remoteId,
      failure: result.status === 'failed' ? result.failure : null,
    })),
    delivered: [],
    links: [],
    unlinked: [],
    related,
    contactsGone,
    refused: refused.flatMap(({ change, result }) =>
      result.status === 'failed'
        ? [
            {
              name: change.key,
              domain: change.domain,
              fieldsHash: fieldsHash(change, mapping),
              ...refusal(result.failure),
            },
          ]
        : [],
    ),
    resolved: related.map(({ key }) => key),
  })
  for (const { result } of settled) {
    if (result.status === 'created') counts.created++
    else if (result.status === 'written') counts.updated++
  }
  counts.rejected += refused.length
}

/** What is remembered of a lead or contact after the CRM's answer. */
function becomes(
  { asOf, mapping }: Delivery,
  { change, result }: Settled,
  before: RelatedRecord | undefined,
): RelatedRecord | 'refused' | 'gone' {
  if (result.status !== 'failed') {
    const made = change.remoteId === null ? asOf : null
    // Of one that was just made all is known: what was not filled is empty.
    const empty = result.status === 'created' ? mapping.fields.map(({ to }) => [to, null] as const) : []
    const held = { ...Object.fromEntries(empty), ...before?.delivered.fields }
    return { ...recordOf(change, result.remoteId, before), ...written(change, before, held, asOf, made) }
  }
  const { kind, movedTo } = result.failure
  if (change.remoteId === null) {
    // It was there under this key: nothing is known of what it holds.
    return kind === 'duplicate' && movedTo?.object === change.object
      ? recordOf(change, movedTo.remoteId, before)
      : 'refused'
  }
  if (kind !== 'gone' && movedTo === undefined) return 'refused'
  // Merged into another of its object: nothing is known of what that one holds.
  if (movedTo?.object === change.object) return recordOf(change, movedTo.remoteId, undefined)
  if (change.kind === 'contact') return 'gone'
  const status = movedTo === undefined ? 'closed' : 'converted'
  return { ...recordOf(change, change.remoteId, before), status, closedAt: asOf }
}

const recordOf = (
  { connector, kind, key, domain, object }: PlannedChange,
  remoteId: string,
  before: RelatedRecord | undefined,
): RelatedRecord => ({
  connector,
  kind: kind === 'lead' ? 'lead' : 'contact',
  key,
  domain,
  object,
  remoteId,
  status: 'open',
  delivered: before?.delivered ?? { fields: {}, asOf: null },
  madeAt: before?.madeAt ?? null,
  closedAt: null,
})

function written(
  change: PlannedChange,
  before: RelatedRecord | undefined,
  held: Fields,
  asOf: Date,
  madeAt: Date | null,
) {
  const now = Object.fromEntries(Object.entries(change.fields).map(([name, { to }]) => [name, to]))
  return {
    delivered: { fields: { ...held, ...now }, asOf },
    madeAt: before?.madeAt ?? madeAt,
  }
}
