import type { Failure, Result } from '../../contract/records.ts'
import type { Link } from '../../domain/link.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { fieldsHash } from '../../plan/fields/fields-hash.ts'
import type { DeliveredTo } from '../../state/delivered.ts'
import type { Delivery, DeliveryCounts } from './delivery.ts'
import { recordRelated } from './record-related.ts'
import { refusal } from './refusal.ts'
import type { Settled } from './settled.ts'

/** Records what the CRM said of a batch, in one transaction: outcomes, delivered values, links, rejections. */
export async function recordBatch(delivery: Delivery, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return
  // A batch is of one kind.
  if (settled[0]?.change.kind !== 'account') return recordRelated(delivery, settled)
  const { connector, state, runId, mapping } = delivery
  const links = await state.links.get(
    connector.name,
    settled.map(({ change }) => change.domain),
  )
  const done = settled.flatMap(({ change, result }) =>
    result.status === 'failed' ? [] : [{ change, result }],
  )
  const failed = settled.flatMap(({ change, result }) =>
    result.status === 'failed' ? [{ change, failure: result.failure }] : [],
  )
  const moved = failed.flatMap(({ change, failure }) => movedLink(delivery, change, failure, links))
  const hasMoved = new Set(moved.map(({ domain }) => domain))
  const elsewhere = done.filter(wentElsewhere)
  const isElsewhere = new Set(elsewhere.map(({ change }) => change.domain))
  const unsure = await overwritten(delivery, elsewhere, isElsewhere)
  const isGone = ({ change, failure }: (typeof failed)[number]) =>
    failure.kind === 'gone' && links.get(change.domain)?.by !== 'hand'
  const gone = failed
    .filter(one => isGone(one) && !hasMoved.has(one.change.domain))
    .map(({ change }) => change.domain)
  const refused = failed.filter(one => !isGone(one) && !hasMoved.has(one.change.domain))
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
    unsure,
    delivered: done
      .filter(({ change }) => !isElsewhere.has(change.domain))
      .map(({ change, result }) => deliveredBy(delivery, change, result)),
    links: [
      ...moved,
      ...done.flatMap(({ change, result }) =>
        linkAfter(delivery, change, result.remoteId, links.get(change.domain)),
      ),
    ],
    // What was delivered stands on the record that is no more; of the one that it became nothing is known.
    unlinked: [...gone, ...hasMoved, ...isElsewhere],
    refused: refused.map(({ change, failure }) => ({
      name: change.key,
      domain: change.domain,
      fieldsHash: fieldsHash(change, mapping),
      ...refusal(failure.kind === 'gone' ? goneByHand(failure, change.remoteId) : failure),
    })),
    resolved: done.map(({ change }) => change.key),
  })
  addUp(delivery.counts, done, gone, refused.length)
  delivery.counts.moved.push(
    ...moved.map(({ domain }) => ({ domain, written: null })),
    ...elsewhere.map(({ change }) => ({ domain: change.domain, written: change })),
    ...unsure.map(domain => ({ domain, written: null })),
  )
}

/** Accounts that were linked already to the records on which others' changes went. */
async function overwritten(
  { connector: { name }, state }: Delivery,
  elsewhere: readonly { change: PlannedChange; result: { remoteId: string } }[],
  known: ReadonlySet<string>,
): Promise<string[]> {
  const domains = new Set<string>()
  for (const [object, some] of Map.groupBy(elsewhere, ({ change }) => change.object)) {
    const ids = some.map(({ result }) => result.remoteId)
    for (const { domain } of await state.links.byRecord(name, object, ids)) domains.add(domain)
  }
  return [...domains].filter(domain => !known.has(domain))
}

/**
 * Whether a change was carried out on another record than the one that was meant: it was merged into that one, of whose
 * other fields nothing is known.
 */
const wentElsewhere = ({
  change,
  result,
}: {
  change: PlannedChange
  result: { remoteId: string }
}): boolean => change.action === 'update' && change.remoteId !== null && change.remoteId !== result.remoteId

/**
 * The link to what a record became: it was merged, or a Lead became an Account. Whoever made the link meant the same
 * company, so one that was made by hand goes along.
 */
function movedLink(
  { connector: { name } }: Delivery,
  { domain }: PlannedChange,
  { movedTo }: Failure,
  links: ReadonlyMap<string, Link>,
): Link[] {
  if (movedTo === undefined) return []
  const by = links.get(domain)?.by ?? 'key'
  return [{ connector: name, domain, ...movedTo, by, stamped: false }]
}

/** Of a record that was just made all is known: what was not filled is empty. */
function deliveredBy(
  { asOf, mapping }: Delivery,
  { domain, object, fields }: PlannedChange,
  { status }: Result,
): DeliveredTo {
  const empty = status === 'created' ? mapping.fields.map(({ to }) => [to, null] as const) : []
  const filled = Object.entries(fields).map(([name, { to }]) => [name, to] as const)
  return { domain, object, asOf, fields: Object.fromEntries([...empty, ...filled]) }
}

/** A link that is new, was moved by a merge, or whose record now carries the key or, cleared, carries it no more. */
function linkAfter(
  delivery: Delivery,
  change: PlannedChange,
  remoteId: string,
  before: Link | undefined,
): Link[] {
  const { name, capabilities } = delivery.connector
  const key = capabilities.key[change.object]
  const given = key === undefined ? undefined : change.fields[key]
  const keeps = given === undefined ? before?.stamped === true : given.to === change.domain
  const stamped = change.action !== 'retire' && keeps
  if (before === undefined) {
    return [{ connector: name, domain: change.domain, object: change.object, remoteId, by: 'key', stamped }]
  }
  const after = {
    ...before,
    remoteId,
    stamped: stamped && (given !== undefined || before.remoteId === remoteId),
  }
  return after.remoteId !== before.remoteId || after.stamped !== before.stamped ? [after] : []
}

/** A run never changes what a person linked, not even where the record is gone. */
const goneByHand = (failure: Failure, remoteId: string | null): Failure => ({
  ...failure,
  message: `record ${remoteId}, linked by hand, is gone: link another one, or remove the link (${failure.message})`,
})

function addUp(
  counts: DeliveryCounts,
  done: readonly { change: PlannedChange; result: Exclude<Result, { status: 'failed' }> }[],
  gone: readonly string[],
  refused: number,
): void {
  for (const { change, result } of done) {
    if (change.action === 'retire') counts.cleared++
    else if (result.status === 'created') counts.created++
    else counts.updated++
    if (change.action === 'create' && result.status === 'written') counts.found++
  }
  counts.rejected += refused
  counts.gone.push(...gone)
}
