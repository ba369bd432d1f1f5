import pLimit from 'p-limit'
import pRetry from 'p-retry'
import { RequestFailed } from '../../contract/faults.ts'
import type { Failure, Result } from '../../contract/records.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { isPassing, RETRIES } from '../session/call.ts'
import { CrmUnavailable } from '../session/crm-unavailable.ts'
import type { Delivery, DeliveryCounts } from './delivery.ts'
import { dropFilled } from './if-empty.ts'
import { recordBatch } from './record-batch.ts'
import type { Settled } from './settled.ts'
import { writeOnce } from './write-once.ts'

/** So many batches in a row that came to nothing: the CRM is down, and the rest waits for the next run. */
const HOPELESS_BATCHES = 3

/**
 * Sends what is planned, is in no job and passes `mayGo`, most worth first, and records each batch as it returns. A
 * change that fails in passing is tried again here for a while, then left for the next run. Whatever ends it, batches
 * under way are finished and recorded before it throws.
 * @throws SessionFault, CrmUnavailable, or the signal's reason: what was recorded stays
 */
export async function deliverBatches(
  delivery: Delivery,
  mayGo: (change: PlannedChange) => boolean,
): Promise<void> {
  const { connector, state, runId } = delivery
  const { maxBatch, maxConcurrent } = connector.session.limits
  const inParallel = pLimit(Math.max(1, maxConcurrent))
  const end: { because?: unknown } = {}
  let hopeless = 0

  const unlessEnded = async (batch: readonly PlannedChange[]): Promise<void> => {
    if ('because' in end) return
    try {
      const settled = await deliverBatch(delivery, batch)
      await connector.ledger?.save()
      delivery.progress(settled)
      hopeless = settled === 0 ? hopeless + 1 : 0
      if (hopeless >= HOPELESS_BATCHES) throw new CrmUnavailable(`${connector.name} takes nothing any more`)
    } catch (error) {
      if (!('because' in end)) end.because = error
    }
  }

  for await (const page of state.changes.planned(runId, connector.name)) {
    for (const wave of wavesOf(batchesOf(page.filter(mayGo), maxBatch))) {
      await Promise.all(wave.map(batch => inParallel(() => unlessEnded(batch))))
      if ('because' in end) throw end.because
    }
  }
}

/** Batches that may overtake each other: what is worth less waits, so that the last calls of a day go to what is worth most. */
const wavesOf = (batches: readonly PlannedChange[][]): PlannedChange[][][] => [
  ...Map.groupBy(batches, ([best]) => best?.priority).values(),
]

/** Batches of one object, all to be made or all to be changed, in the order of worth. */
function batchesOf(changes: readonly PlannedChange[], maxBatch: number): PlannedChange[][] {
  const groups = Map.groupBy(changes, change => `${change.kind} ${change.object} ${change.remoteId === null}`)
  const batches = [...groups.values()].flatMap(group =>
    Array.from({ length: Math.ceil(group.length / maxBatch) }, (_, n) =>
      group.slice(n * maxBatch, (n + 1) * maxBatch),
    ),
  )
  const place = new Map(changes.map((change, n) => [change, n]))
  const worth = ([best]: readonly PlannedChange[]) => (best === undefined ? 0 : (place.get(best) ?? 0))
  return batches.sort((a, b) => worth(a) - worth(b))
}

/** A batch on its way through its attempts. */
interface Attempts {
  open: readonly PlannedChange[]
  /** Of the last attempt, by key. */
  failures: ReadonlyMap<string, Failure>
  /** Keys whose create may have gone through unseen. */
  unsure: Set<string>
}

class StillOpen extends Error {}

/** @returns how many changes were settled, one way or the other */
async function deliverBatch(delivery: Delivery, batch: readonly PlannedChange[]): Promise<number> {
  const { signal } = delivery.connector.call
  const attempts: Attempts = { open: batch, failures: new Map(), unsure: new Set() }
  try {
    attempts.open = await dropFilled(delivery, batch)
    await pRetry(() => attempt(delivery, attempts), {
      ...RETRIES,
      signal,
      shouldRetry: ({ error }) => error instanceof StillOpen,
    })
  } catch (error) {
    // A read before the write was repeated long enough by the call that made it.
    const unread = error instanceof RequestFailed && isPassing(error.failure.kind) ? error.failure : null
    if (unread === null && !(error instanceof StillOpen)) throw error
    leaveForNextRun(delivery.counts, attempts, unread)
  }
  return batch.length - attempts.open.length
}

async function attempt(delivery: Delivery, attempts: Attempts): Promise<void> {
  if (attempts.open.length === 0) return
  const results = await writeOnce(delivery.connector, attempts.open)
  const settled = settledOf(attempts, results)
  await recordBatch(delivery, settled)
  const over = new Set(settled.map(({ change }) => change.key))
  attempts.open = attempts.open.filter(change => !over.has(change.key))
  attempts.failures = failuresOf(results)
  for (const [key, { kind }] of attempts.failures) {
    if (kind === 'unknown_outcome') attempts.unsure.add(key)
  }
  if (attempts.open.length > 0) throw new StillOpen()
}

/** Changes that are over: written, or refused for good. */
function settledOf({ open, unsure }: Attempts, results: readonly Result[]): Settled[] {
  const byKey = new Map(results.map(result => [result.key, result]))
  return open.flatMap(change => {
    const result = byKey.get(change.key)
    if (result === undefined || (result.status === 'failed' && isPassing(result.failure.kind))) return []
    // It is there because an answer to us was lost: we made it.
    const ours = change.action === 'create' && result.status === 'written' && unsure.has(change.key)
    return [{ change, result: ours ? { ...result, status: 'created' } : result }]
  })
}

const failuresOf = (results: readonly Result[]): Map<string, Failure> =>
  new Map(results.flatMap(result => (result.status === 'failed' ? [[result.key, result.failure]] : [])))

function leaveForNextRun(
  { waitingFor }: DeliveryCounts,
  { open, failures }: Attempts,
  unread: Failure | null,
): void {
  for (const { key } of open) {
    const failure = unread ?? failures.get(key)
    if (failure === undefined) continue
    const changes = (waitingFor.get(failure.kind)?.changes ?? 0) + 1
    waitingFor.set(failure.kind, { changes, failure })
  }
}
