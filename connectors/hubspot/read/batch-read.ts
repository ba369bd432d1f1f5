import { type Call, RequestFailed } from '../../../src/contract/index.ts'
import type { BatchAnswer, HubSpotRecord } from '../http/answers.ts'
import { chunks } from '../http/chunks.ts'
import type { Client } from '../http/client.ts'
import { itemFailure } from '../http/errors.ts'
import { MAX_BATCH } from '../http/limits.ts'
import { contextOf } from '../http/problem.ts'

/** Ids that HubSpot does not know are errors of the answer; any other error would be a record left out. */
export async function batchRead(
  client: Client,
  object: string,
  ids: { values: readonly string[]; idProperty?: string },
  properties: string[],
  call: Call,
): Promise<BatchAnswer> {
  try {
    const answer = await client.batchRead(object, ids, properties, call)
    const failure = answer.errors
      .map(error => itemFailure(error, answer.trace))
      .find(({ kind }) => kind !== 'gone')
    if (failure !== undefined) throw new RequestFailed(failure)
    return answer
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.failure.kind !== 'gone') throw error
    return { results: [], errors: [], trace: error.failure.trace }
  }
}

export const missing = (answer: BatchAnswer): ReadonlySet<string> =>
  new Set(answer.errors.flatMap(error => contextOf(error, 'ids')))

/** Records by ids or by values of a unique property, a hundred a call; what is not there is left out. */
export async function* readMany(
  client: Client,
  object: string,
  asked: { values: readonly string[]; idProperty?: string },
  properties: readonly string[],
  call: Call,
): AsyncIterable<HubSpotRecord> {
  for (const values of chunks([...new Set(asked.values)], MAX_BATCH)) {
    yield* (await batchRead(client, object, { ...asked, values }, [...properties], call)).results
  }
}
