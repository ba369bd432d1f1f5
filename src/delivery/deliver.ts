import pLimit from 'p-limit'
import pRetry from 'p-retry'
import type { Mapping } from '../config/mapping.ts'
import { RequestFailed, SessionFault } from '../contract/faults.ts'
import type { Change, Failure, Result } from '../contract/records.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import type { State } from '../state/state.ts'
import { isPassing, RETRIES } from './call.ts'
import type { ConnectorSession } from './connector-session.ts'
import { dropFilled } from './if-empty.ts'
import { recordBatch, type Settled } from './record-batch.ts'

export interface Delivery {
  connector: ConnectorSession
  state: State
  mapping: Mapping
  runId: string
  asOf: Date
  counts: DeliveryCounts
  progress: (done: number) => void
}

/** What became of the changes of one connector in one run. */
export interface DeliveryCounts {
  created: number
  updated: number
  /** Creates that met a record with our key: it was there, and is linked now. */
  found: number
  cleared: number
  rejected: number
  /** Nothing was left to write: `if_empty` fields that are filled. */
  unneeded: number
  /** Left for the next run, with the last failure of each kind. */
  waiting: number
  waitingFor: Map<string, Failure>
  /** Domains whose record is gone. */
  gone: string[]
}

export const noDeliveryCounts = (): DeliveryCounts => ({
  created: 0,
  updated: 0,
  found: 0,
  cleared: 0,
  rejected: 0,
  unneeded: 0,
  waiting: 0,
  waitingFor: new Map(),
  gone: [],
})

/** So many batches in a row that came to nothing: the CRM is down, and the rest waits for the next run. */
const HOPELESS_BATCHES = 3

/** The CRM took nothing any more. What was done is kept. */
export class CrmUnavailable extends Error {}

/**
 * Sends the planned changes, most worth first, and records each batch before the next ones are read. A change that
 * fails in passing is tried again here for a while, then left for the next run.
 * @throws SessionFault, CrmUnavailable, or the signal's reason: what was recorded stays
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { connector, state, runId } = delivery
  const { maxConcurrent } = connector.session.limits
  const inParallel = pLimit(Math.max(1, maxConcurrent))
  let hopeless = 0
  for await (const page of state.changes.planned(runId, connector.name)) {
    const batches = batchesOf(page, connector.session.limits.maxBatch)
    await Promise.all(
      batches.map(batch =>
        inParallel(async () => {
          if (hopeless >= HOPELESS_BATCHES) return
          const settled = await deliverBatch(delivery, batch)
          hopeless = settled === 0 ? hopeless + 1 : 0
          delivery.progress(settled)
        }),
      ),
    )
    if (hopeless >= HOPELESS_BATCHES) throw new CrmUnavailable(`${connector.name} takes nothing any more`)
  }
}

/** Batches of one object, all to be made or all to be changed, in the order of worth. */
function batchesOf(changes: readonly PlannedChange[], maxBatch: number): PlannedChange[][] {
  const groups = Map.groupBy(changes, change => `${change.object} ${change.remoteId === null}`)
  return [...groups.values()].flatMap(group =>
    Array.from({ length: Math.ceil(group.length / maxBatch) }, (_, n) =>
      group.slice(n * maxBatch, (n + 1) * maxBatch),
    ),
  )
}

/** @returns how many changes were settled, one way or the other */
async function deliverBatch(delivery: Delivery, batch: readonly PlannedChange[]): Promise<number> {
  const { connector } = delivery
  let open = await dropFilled(delivery, batch)
  let failures = new Map<string, Failure>()
  try {
    await pRetry(
      async () => {
        if (open.length === 0) return
        const results = await writeOnce(delivery, open)
        const settled = settledOf(open, results)
        await recordBatch(delivery, settled)
        const done = new Set(settled.map(({ change }) => change.domain))
        open = open.filter(change => !done.has(change.domain))
        failures = failuresOf(results)
        if (open.length > 0) throw new StillOpen()
      },
      { ...RETRIES, signal: connector.call.signal, shouldRetry: ({ error }) => error instanceof StillOpen },
    )
  } catch (error) {
    if (!(error instanceof StillOpen)) throw error
    leaveForNextRun(delivery.counts, open, failures)
  }
  return batch.length - open.length
}

class StillOpen extends Error {}

async function writeOnce({ connector }: Delivery, changes: readonly PlannedChange[]): Promise<Result[]> {
  const batch = changes.map(toChange)
  try {
    const results = await connector.session.write(batch, connector.call)
    const answered = new Set(results.map(result => result.key))
    if (results.length !== batch.length || !batch.every(change => answered.has(change.key))) {
      throw new SessionFault(
        'bug',
        `${connector.name} answered ${results.length} results for ${batch.length} changes`,
      )
    }
    return results
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const { failure } = error
    return batch.map(({ key }) => ({ key, status: 'failed', failure }))
  }
}

function toChange({ domain, object, remoteId, fields }: PlannedChange): Change {
  const values = Object.fromEntries(Object.entries(fields).map(([name, { to }]) => [name, to]))
  return { key: domain, object, fields: values, ...(remoteId === null ? {} : { remoteId }) }
}

/** Changes that are over: written, or refused for good. */
function settledOf(changes: readonly PlannedChange[], results: readonly Result[]): Settled[] {
  const byKey = new Map(results.map(result => [result.key, result]))
  return changes.flatMap(change => {
    const result = byKey.get(change.domain)
    if (result === undefined || (result.status === 'failed' && isPassing(result.failure.kind))) return []
    return [{ change, result }]
  })
}

const failuresOf = (results: readonly Result[]): Map<string, Failure> =>
  new Map(results.flatMap(result => (result.status === 'failed' ? [[result.key, result.failure]] : [])))

function leaveForNextRun(
  counts: DeliveryCounts,
  open: readonly PlannedChange[],
  failures: ReadonlyMap<string, Failure>,
): void {
  counts.waiting += open.length
  for (const { domain } of open) {
    const failure = failures.get(domain)
    if (failure !== undefined) counts.waitingFor.set(failure.kind, failure)
  }
}
