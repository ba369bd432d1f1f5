import {
  type Call,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import { chunks, halves } from '../http/chunks.ts'
import { PROPERTY_CODES, REFUSALS } from '../http/errors.ts'
import { MAX_BATCH } from '../http/limits.ts'
import { type Asked, failed } from './batch-input.ts'
import { ofNobody } from './of-nobody.ts'
import type { Outcome, Sending } from './sending.ts'
import { settle } from './settle.ts'

/** One result for each. A batch that HubSpot refuses whole is halved until the bad ones stand alone. */
export async function sendAll(sending: Sending, asked: readonly Asked[], call: Call): Promise<Result[]> {
  const results: Result[] = []
  const waiting = distinctBatches(asked)
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    try {
      const outcome = await send(sending, part, call)
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

async function send(sending: Sending, part: Asked[], call: Call): Promise<Outcome> {
  const { client, object, way } = sending
  const request = { update: client.batchUpdate, upsert: client.batchUpsert, create: client.batchCreate }[way]
  try {
    const answer = await request(
      object,
      part.map(({ input }) => input),
      call,
    )
    const { results, open, nobodys } = await settle(client, object, way, part, answer, call)
    if (nobodys === undefined) return { results, again: [] }
    const { results: more, again } = await ofNobody(sending, open, nobodys, call)
    return { results: [...results, ...more], again }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return refused(part, error.failure)
  }
}

/** A refusal of the whole batch: for all, for those that name a bad property, or for nobody knows whom. */
function refused(part: Asked[], failure: Failure): Outcome {
  const { kind, code, field } = failure
  const divisible = part.length > 1 && REFUSALS.has(kind)
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

function notSent(fault: unknown): Failure {
  return { kind: 'transient', message: `not sent: ${fault instanceof Error ? fault.message : String(fault)}` }
}
