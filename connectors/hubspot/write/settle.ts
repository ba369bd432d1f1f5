import {
  type Call,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { BatchAnswer, HubSpotRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { itemFailure } from '../http/errors.ts'
import { contextOf, type Problem } from '../http/problem.ts'
import { idsNow } from '../read/read.ts'
import { type Asked, failed, type Way } from './batch-input.ts'

/** What an answer says of a batch. */
export interface Settled {
  results: Result[]
  /** Those of which nothing is said, where there is an error that does not say whose it is. */
  open: Asked[]
  /** That error. */
  nobodys?: Failure
}

/**
 * What became of each change of a batch that HubSpot answered. Results and errors come in any order, and each may lack
 * what says whose it is; the status of the answer says nothing. An error without an owner is of the one change that is
 * open, and of nobody where there are more.
 */
export async function settle(
  client: Client,
  object: string,
  way: Way,
  asked: readonly Asked[],
  answer: BatchAnswer,
  call: Call,
): Promise<Settled> {
  const records = new Map<Asked, HubSpotRecord>()
  const failures = new Map<Asked, Failure>()
  const strays = answer.results.filter(record => {
    const one = owner(asked, record)
    if (one !== undefined) records.set(one, record)
    return one === undefined
  })
  const orphans = answer.errors
    .map(error => ({ failure: itemFailure(error, answer.trace), owners: blamed(asked, error) }))
    .filter(({ failure, owners }) => {
      for (const one of owners) failures.set(one, failure)
      return owners.length === 0
    })
  const untold = () => asked.filter(one => !records.has(one) && !failures.has(one))
  for (const [one, record] of await traced(client, object, untold(), strays, call)) records.set(one, record)
  const open = untold()
  const nobodys = orphans[0]?.failure
  const results = (of: readonly Asked[], rest: Failure) =>
    of.map(one => result(one, way, records.get(one), failures.get(one), rest))
  if (nobodys === undefined) return { results: results(asked, UNTOLD), open: [] }
  if (open.length < 2) return { results: results(asked, nobodys), open: [] }
  const told = asked.filter(one => !open.includes(one))
  return { results: results(told, UNTOLD), open, nobodys }
}

const UNTOLD: Failure = {
  kind: 'unknown_outcome',
  message: "HubSpot's answer does not say what became of this record",
}

function result(
  { change }: Asked,
  way: Way,
  record: HubSpotRecord | undefined,
  failure: Failure | undefined,
  rest: Failure,
): Result {
  if (failure !== undefined) return failed(change, failure)
  if (record === undefined) return failed(change, rest)
  const created = way === 'create' || (way === 'upsert' && record.new === true)
  return { key: change.key, status: created ? 'created' : 'written', remoteId: record.id }
}

/** Whose record this is: by its trace id, by the id that was asked, by our key. */
function owner(asked: readonly Asked[], record: HubSpotRecord): Asked | undefined {
  return (
    asked.find(({ input }) => input.trace === record.objectWriteTraceId) ??
    asked.find(({ input }) => input.idProperty === undefined && input.id === record.id) ??
    asked.find(
      ({ input: { id, idProperty } }) => idProperty !== undefined && record.properties[idProperty] === id,
    )
  )
}

/** Whose error this is: by its trace id, or by the ids that were not found. */
function blamed(asked: readonly Asked[], error: Problem): Asked[] {
  const traces = new Set(contextOf(error, 'objectWriteTraceId'))
  const byTrace = asked.filter(({ input }) => traces.has(input.trace))
  if (byTrace.length > 0) return byTrace
  const ids = new Set(contextOf(error, /^ids?$/))
  return asked.filter(({ input }) => ids.has(input.id))
}

/**
 * Owners of records that came back under an id nobody asked for: merged ones, or made ones without a trace. They are
 * asked for by id or key; never by search, which lags.
 */
async function traced(
  client: Client,
  object: string,
  open: readonly Asked[],
  strays: readonly HubSpotRecord[],
  call: Call,
): Promise<Map<Asked, HubSpotRecord>> {
  const found = new Map<Asked, HubSpotRecord>()
  if (open.length === 0 || strays.length === 0) return found
  const now = await currentIds(client, object, open, strays, call)
  for (const one of open) {
    const id = now.get(one.input.id)
    const record = strays.find(stray => stray.id === id)
    if (record !== undefined) found.set(one, record)
  }
  return found
}

async function currentIds(
  client: Client,
  object: string,
  open: readonly Asked[],
  strays: readonly HubSpotRecord[],
  call: Call,
): Promise<Map<string, string>> {
  const ids = open.map(({ input }) => input.id)
  try {
    const key = open[0]?.input.idProperty
    if (key === undefined) {
      return await idsNow(client, object, ids, strays, new Set(), call)
    }
    const answer = await client.batchRead(object, { values: ids, idProperty: key }, [key], call)
    return new Map(answer.results.map(record => [String(record.properties[key]), record.id]))
  } catch (error) {
    // The write stands; only whose record is whose stays open, and the core asks again.
    if (!(error instanceof RequestFailed || error instanceof SessionFault)) throw error
    return new Map()
  }
}
