import {
  type Call,
  type Change,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../src/contract/index.ts'
import { type Asked, failed } from './asked.ts'
import { chunks, halves } from './chunks.ts'
import type { Client, Input } from './client.ts'
import { PROPERTY_CODES } from './errors.ts'
import type { Catalogue, Types } from './fields.ts'
import { MAX_BATCH } from './limits.ts'
import { capabilities, KEY_PROPERTY } from './objects.ts'
import { settle } from './settle.ts'
import { toWire } from './values.ts'

/** What one request decided, and what has to be asked again in smaller batches. */
interface Outcome {
  results: Result[]
  again: Asked[][]
}

/**
 * Updates by id, or creates by upsert on our key, which makes no second record when it is sent again. A batch that
 * HubSpot refuses whole is halved until the bad ones stand alone. One result for each key.
 */
export async function write(
  client: Client,
  catalogue: Catalogue,
  batch: readonly Change[],
  call: Call,
): Promise<Result[]> {
  const results: Result[] = []
  const first = batch[0]
  if (first === undefined) return results
  checkBatch(batch, first)
  const types = await typesOrFailure(catalogue, first.object, call)
  if ('kind' in types) return batch.map(change => failed(change, types))
  const waiting = distinctBatches(
    batch.map((change, index) => ({ change, input: inputOf(change, index, types) })),
  )
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    try {
      const outcome = await send(client, first, part, call)
      results.push(...outcome.results)
      waiting.unshift(...outcome.again)
    } catch (fault) {
      // What HubSpot took must not be forgotten because the next part met the end of the session.
      if (results.length === 0 || !(fault instanceof SessionFault || call.signal.aborted)) throw fault
      const failure = notSent(fault)
      return [...results, ...[part, ...waiting].flat().map(({ change }) => failed(change, failure))]
    }
  }
  return results
}

function checkBatch(batch: readonly Change[], first: Change): void {
  if (!capabilities.creates.includes(first.object)) {
    throw new SessionFault('bug', `the HubSpot connector does not write ${first.object}`)
  }
  const creates = first.remoteId === undefined
  if (batch.some(({ object, remoteId }) => object !== first.object || (remoteId === undefined) !== creates)) {
    throw new SessionFault('bug', 'a batch mixes objects, or creates with updates')
  }
  if (batch.some(change => (change.associate ?? []).length > 0)) {
    throw new SessionFault('bug', `HubSpot's upsert of ${first.object} takes no associations`)
  }
}

async function send(client: Client, first: Change, part: Asked[], call: Call): Promise<Outcome> {
  const inputs = part.map(({ input }) => input)
  try {
    const answer =
      first.remoteId === undefined
        ? await client.batchUpsert(first.object, inputs, call)
        : await client.batchUpdate(first.object, inputs, call)
    return { results: await settle(client, first.object, part, answer, call), again: [] }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return refused(part, error.failure)
  }
}

/** A refusal of the whole batch: for all, for those that name a bad property, or for nobody knows whom. */
function refused(part: Asked[], failure: Failure): Outcome {
  const { kind, code, field } = failure
  const divisible = part.length > 1 && (kind === 'invalid' || kind === 'duplicate' || kind === 'gone')
  const all = (bad: Asked[]) => bad.map(({ change }) => failed(change, failure))
  if (!divisible) return { results: all(part), again: [] }
  if (field !== undefined && code !== undefined && PROPERTY_CODES.has(code)) {
    const bad = part.filter(({ input }) => field in input.properties)
    const good = part.filter(({ input }) => !(field in input.properties))
    if (bad.length > 0) return { results: all(bad), again: good.length > 0 ? [good] : [] }
  }
  return { results: [], again: halves(part) }
}

/** Batches in which no id stands twice: HubSpot refuses one that has it twice as a whole. */
function distinctBatches(asked: readonly Asked[]): Asked[][] {
  const rounds: Asked[][] = []
  const times = new Map<string, number>()
  for (const one of asked) {
    const round = times.get(one.input.id) ?? 0
    times.set(one.input.id, round + 1)
    rounds[round] = [...(rounds[round] ?? []), one]
  }
  return rounds.flatMap(round => chunks(round, MAX_BATCH))
}

function inputOf(change: Change, index: number, types: Types): Input {
  const properties = Object.fromEntries(
    Object.entries(change.fields).map(([name, value]) => [name, toWire(value, types.get(name))]),
  )
  const trace = String(index)
  if (change.remoteId !== undefined) return { id: change.remoteId, properties, trace }
  const key = (properties[KEY_PROPERTY] || change.key).toLowerCase()
  return { id: key, idProperty: KEY_PROPERTY, properties: { ...properties, [KEY_PROPERTY]: key }, trace }
}

/** Without the types nothing was sent, whatever became of the request for them. */
async function typesOrFailure(catalogue: Catalogue, object: string, call: Call): Promise<Types | Failure> {
  try {
    return await catalogue.types(object, call)
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return { ...error.failure, kind: 'transient' }
  }
}

function notSent(fault: unknown): Failure {
  return { kind: 'transient', message: `not sent: ${fault instanceof Error ? fault.message : String(fault)}` }
}
