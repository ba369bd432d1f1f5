import { z } from 'zod'
import {
  type Call,
  type Change,
  type Failure,
  type FailureKind,
  RequestFailed,
  type Result,
} from '../../../src/contract/index.ts'
import { capabilities, KEY } from './capabilities.ts'
import type { Client } from './client.ts'

export const rows = z.array(
  z.union([
    z.object({ id: z.string(), made: z.boolean() }),
    z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
  ]),
)

/** The CRM's word for a row that it does not take. */
const REFUSED = 'INVALID'

/** An error of which the CRM does not say which row it is about. */
const nobodys = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** A record's fault is its result; a session's fault is thrown. */
export async function write(client: Client, batch: readonly Change[], call: Call): Promise<Result[]> {
  const [first] = batch
  if (first === undefined) return []
  try {
    const path = `/write/${first.object}`
    const answers = z.union([rows.length(batch.length), nobodys])
    const answer = await client.write(path, { rows: batch.map(rowOf) }, answers, call)
    if (!('error' in answer)) return resultsOf(batch, answer)
    // Of one row it is that row's; of more, nobody knows what became of which.
    return allFailed(batch, { kind: batch.length === 1 ? 'invalid' : 'unknown_outcome', ...answer.error })
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const { failure } = error
    if (failure.code !== REFUSED || batch.length === 1) return allFailed(batch, failure)
    // Refused whole for one row of it: divided, until that one stands alone.
    const middle = Math.ceil(batch.length / 2)
    const left = await write(client, batch.slice(0, middle), call)
    return [...left, ...(await write(client, batch.slice(middle), call))]
  }
}

const allFailed = (batch: readonly Change[], failure: Failure): Result[] =>
  batch.map(({ key }) => ({ key, status: 'failed', failure }))

/** By id, or by our key, so that the same create again makes no second record. */
export function rowOf({ object, remoteId, fields, associate = [] }: Change) {
  if (remoteId !== undefined) return { id: remoteId, fields }
  const links = Object.fromEntries(associate.map(to => [LINKS[to.object] ?? to.object, to.remoteId]))
  const full = { ...fields, ...links }
  return capabilities.idempotentCreates.includes(object) ? { upsert: KEY, fields: full } : { fields: full }
}

/** The fields that lead from one record to another. */
const LINKS: Readonly<Record<string, string>> = { companies: 'company', people: 'person' }

/** The CRM answers row by row, in our order. */
export const resultsOf = (changes: readonly Change[], answer: z.infer<typeof rows>): Result[] =>
  changes.map(({ key }, index) => {
    const row = answer[index]
    if (row === undefined) {
      return { key, status: 'failed', failure: { kind: 'unknown_outcome', message: 'the CRM left it out' } }
    }
    if ('id' in row) return { key, status: row.made ? 'created' : 'written', remoteId: row.id }
    return { key, status: 'failed', failure: { kind: KINDS[row.error.code] ?? 'invalid', ...row.error } }
  })

const KINDS: Readonly<Record<string, FailureKind>> = { NOT_FOUND: 'gone', TAKEN: 'duplicate' }
