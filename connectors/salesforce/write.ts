import {
  type Call,
  type Change,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../src/contract/index.ts'
import type { Row } from './answers.ts'
import { chunks, halves, rounds } from './chunks.ts'
import type { Client, Sent } from './client.ts'
import { MAX_BATCH } from './limits.ts'
import { keyOf, withNewHomes } from './moved.ts'
import { capabilities, KEY_FIELD } from './objects.ts'
import { byParent } from './parents.ts'
import { rowFailure } from './row-failure.ts'
import { shortId } from './soql.ts'

/** What one request decided, and what has to be asked again in smaller batches. */
interface Outcome {
  results: Result[]
  again: Change[][]
}

/**
 * Updates by id, or creates by upsert on our key, which makes no second record when it is sent again. A record that was
 * merged into another is written there. One result for each key.
 */
export async function write(client: Client, batch: readonly Change[], call: Call): Promise<Result[]> {
  const first = batch[0]
  if (first === undefined) return []
  checkBatch(batch, first)
  const sent = await sendAll(client, batch, call)
  const results = await withNewHomes(client, batch, sent, call)
  return writeToSurvivors(client, batch, results, call)
}

export function checkBatch(batch: readonly Change[], first: Change): void {
  if (!capabilities.creates.includes(first.object)) {
    throw new SessionFault('bug', `the Salesforce connector does not write ${first.object}`)
  }
  const creates = first.remoteId === undefined
  if (batch.some(({ object, remoteId }) => object !== first.object || (remoteId === undefined) !== creates)) {
    throw new SessionFault('bug', 'a batch mixes objects, or creates with updates')
  }
  if (batch.some(change => (change.associate ?? []).length > 0)) {
    throw new SessionFault('bug', `Salesforce's upsert of ${first.object} takes no associations`)
  }
}

async function sendAll(client: Client, batch: readonly Change[], call: Call): Promise<Result[]> {
  const results: Result[] = []
  const waiting = rounds(byParent(batch), recordOf).flatMap(round => chunks(round, MAX_BATCH))
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    try {
      const outcome = await send(client, part, call)
      results.push(...outcome.results)
      waiting.unshift(...outcome.again)
    } catch (fault) {
      // What Salesforce took must not be forgotten because the next part met the end of the session.
      if (results.length === 0 || !(fault instanceof SessionFault || call.signal.aborted)) throw fault
      const failure = notSent(fault)
      return [...results, ...[part, ...waiting].flat().map(change => failed(change, failure))]
    }
  }
  return results
}

async function send(client: Client, part: Change[], call: Call): Promise<Outcome> {
  const object = part[0]?.object ?? ''
  const creates = part[0]?.remoteId === undefined
  try {
    const rows = creates
      ? await client.upsert(object, part.map(created), KEY_FIELD, call)
      : await client.update(object, part.map(updated), call)
    return { results: part.map((change, index) => resultOf(change, rows[index], creates)), again: [] }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    // A value that Salesforce can't even parse, such as a text for a date, fails its whole batch.
    const divisible = part.length > 1 && error.failure.kind === 'invalid'
    if (divisible) return { results: [], again: halves(part) }
    return { results: part.map(change => failed(change, error.failure)), again: [] }
  }
}

function resultOf(change: Change, row: Row | undefined, creates: boolean): Result {
  if (row === undefined) return failed(change, UNTOLD)
  if (!row.success) return failed(change, rowFailure(row.errors[0], creates))
  const remoteId = row.id ?? change.remoteId
  if (remoteId === undefined) return failed(change, UNTOLD)
  return { key: change.key, status: creates && row.created === true ? 'created' : 'written', remoteId }
}

const UNTOLD: Failure = {
  kind: 'unknown_outcome',
  message: "Salesforce's answer does not say what became of this record",
}

/** A merge leaves one record of several: what was meant for the others is meant for it. */
async function writeToSurvivors(
  client: Client,
  batch: readonly Change[],
  results: readonly Result[],
  call: Call,
): Promise<Result[]> {
  const byKey = new Map(batch.map(change => [change.key, change]))
  const onwards = results.flatMap(result => {
    const change = byKey.get(result.key)
    const movedTo = result.status === 'failed' ? result.failure.movedTo : undefined
    return change !== undefined && movedTo?.object === change.object
      ? [{ ...change, remoteId: movedTo.remoteId }]
      : []
  })
  if (onwards.length === 0) return [...results]
  const again = await sendOrLeave(client, onwards, call)
  return results.map(result => again.get(result.key) ?? result)
}

/** Where the survivors can't be written now, the first answers stand. */
async function sendOrLeave(
  client: Client,
  changes: readonly Change[],
  call: Call,
): Promise<Map<string, Result>> {
  try {
    return new Map((await sendAll(client, changes, call)).map(result => [result.key, result]))
  } catch (fault) {
    if (!(fault instanceof SessionFault || call.signal.aborted)) throw fault
    return new Map()
  }
}

const updated = ({ remoteId, fields }: Change): Sent => ({ ...fields, Id: remoteId })

const created = (change: Change): Sent => ({ ...change.fields, [KEY_FIELD]: keyOf(change) })

const recordOf = (change: Change): string =>
  change.remoteId === undefined ? keyOf(change) : shortId(change.remoteId)

export function failed({ key }: Change, failure: Failure): Result {
  return { key, status: 'failed', failure }
}

function notSent(fault: unknown): Failure {
  return { kind: 'transient', message: `not sent: ${fault instanceof Error ? fault.message : String(fault)}` }
}
