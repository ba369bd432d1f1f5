import {
  type Call,
  type Change,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { Row } from '../http/answers.ts'
import { chunks, halves, rounds } from '../http/chunks.ts'
import type { Client, Sent } from '../http/client.ts'
import { MAX_BATCH } from '../http/limits.ts'
import { shortId } from '../read/soql.ts'
import { byParent } from './group-by-parent.ts'
import { externalIdOf, keyOf } from './keys.ts'
import { rowFailure } from './row-failure.ts'

/** What one request decided, and what has to be asked again in smaller batches. */
interface Outcome {
  results: Result[]
  again: Change[][]
}

/**
 * Sends changes of one object, all with or all without `remoteId`: updates by id, upserts on the external id, and
 * inserts where the object has none. One result for each.
 */
export async function sendAll(client: Client, batch: readonly Change[], call: Call): Promise<Result[]> {
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

/** The same where earlier answers stand if these can't be sent now. */
export async function sendOrLeave(
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

async function send(client: Client, part: Change[], call: Call): Promise<Outcome> {
  const [first] = part
  if (first === undefined) return { results: [], again: [] }
  const way = wayOf(first)
  try {
    const rows = await rowsOf(client, first.object, part, way, call)
    return { results: part.map((change, index) => resultOf(change, rows[index], way)), again: [] }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    // A value that Salesforce can't even parse, such as a text for a date, fails its whole batch.
    const divisible = part.length > 1 && error.failure.kind === 'invalid'
    if (divisible) return { results: [], again: halves(part) }
    return { results: part.map(change => failed(change, error.failure)), again: [] }
  }
}

type Way = { by: 'id' } | { by: 'key'; field: string } | { by: 'nothing' }

function wayOf(change: Change): Way {
  if (change.remoteId !== undefined) return { by: 'id' }
  const field = externalIdOf(change)
  return field === undefined ? { by: 'nothing' } : { by: 'key', field }
}

function rowsOf(
  client: Client,
  object: string,
  part: readonly Change[],
  way: Way,
  call: Call,
): Promise<Row[]> {
  switch (way.by) {
    case 'id':
      return client.update(object, part.map(updated), call)
    case 'key':
      return client.upsert(object, part.map(created(way.field)), way.field, call)
    case 'nothing':
      return client.create(object, part.map(inserted), call)
  }
}

function resultOf(change: Change, row: Row | undefined, way: Way): Result {
  if (row === undefined) return failed(change, UNTOLD)
  if (!row.success) return failed(change, rowFailure(row.errors[0], change.remoteId === undefined))
  const remoteId = row.id ?? change.remoteId
  if (remoteId === undefined) return failed(change, UNTOLD)
  const isNew = way.by === 'nothing' || (way.by === 'key' && row.created === true)
  return { key: change.key, status: isNew ? 'created' : 'written', remoteId }
}

const UNTOLD: Failure = {
  kind: 'unknown_outcome',
  message: "Salesforce's answer does not say what became of this record",
}

const updated = ({ remoteId, fields }: Change): Sent => ({ ...fields, Id: remoteId })

const created =
  (field: string) =>
  (change: Change): Sent => ({ ...change.fields, [field]: keyOf(change) })

const inserted = ({ fields }: Change): Sent => ({ ...fields })

const recordOf = (change: Change): string =>
  change.remoteId === undefined ? keyOf(change) : shortId(change.remoteId)

export function failed({ key }: Change, failure: Failure): Result {
  return { key, status: 'failed', failure }
}

function notSent(fault: unknown): Failure {
  return { kind: 'transient', message: `not sent: ${fault instanceof Error ? fault.message : String(fault)}` }
}
