import type { Call, RemoteRecord } from '../../../src/contract/index.ts'
import { ACCOUNT, KEY_FIELD, LEAD } from '../objects.ts'
import { all } from './pages.ts'
import { type Reader, recordsAt } from './read.ts'
import { moment, select } from './soql.ts'
import type { MovedTo } from './successors.ts'
import { valueAt } from './values.ts'

/** Leads of ours that were converted since, as the Accounts that they became. Nothing else becomes another object. */
export async function* converted(
  reader: Reader,
  { object, since }: { object: string; since: Date },
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteRecord> {
  if (object !== LEAD) return
  const where = `IsConverted = true AND ${KEY_FIELD} != null AND SystemModstamp >= ${moment(since)}`
  const soql = select({ object, fields: ['ConvertedAccountId'], where })
  const homes = new Map<string, MovedTo>()
  for await (const lead of all(reader.client, soql, { deleted: false }, call)) {
    const remoteId = valueAt(lead, 'ConvertedAccountId')
    if (typeof remoteId === 'string') homes.set(lead.Id, { object: ACCOUNT, remoteId })
  }
  yield* recordsAt(reader, LEAD, homes, fields, call)
}
