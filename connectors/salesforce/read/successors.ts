import type { Call } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { ACCOUNT, LEAD } from '../objects.ts'
import { all } from './pages.ts'
import { isId, selectsIn, shortId } from './soql.ts'
import { valueAt } from './values.ts'

/** Where a record lives on. */
export interface MovedTo {
  object: string
  remoteId: string
}

/** A record may be merged into one that is merged later; more merges in a row than these are a circle. */
const MAX_MERGES = 20

/**
 * Where deleted records of these ids live on, by their short id: a merge deletes all but one record and leaves the
 * survivor's id on them. Those that were just deleted are left out.
 */
export async function survivors(
  client: Client,
  object: string,
  ids: readonly string[],
  call: Call,
): Promise<Map<string, MovedTo>> {
  const next = new Map<string, string>()
  let open = [...new Set(ids.filter(isId))]
  for (let merges = 0; open.length > 0 && merges < MAX_MERGES; merges++) {
    const found: string[] = []
    for await (const record of deletedRecords(client, object, open, call)) {
      const survivor = valueAt(record, 'MasterRecordId')
      if (typeof survivor !== 'string') continue
      next.set(shortId(record.Id), survivor)
      found.push(survivor)
    }
    // A survivor may have been merged on: asked for among the deleted ones, it is not found if it lives.
    open = found.filter(id => !next.has(shortId(id)))
  }
  return new Map(
    ids.flatMap(id => {
      const remoteId = last(next, id)
      return remoteId === undefined ? [] : [[shortId(id), { object, remoteId }] as const]
    }),
  )
}

async function* deletedRecords(client: Client, object: string, ids: readonly string[], call: Call) {
  const query = { object, fields: ['MasterRecordId'], where: 'IsDeleted = true' }
  for (const { soql } of selectsIn(query, 'Id', ids)) yield* all(client, soql, { deleted: true }, call)
}

function last(next: ReadonlyMap<string, string>, id: string): string | undefined {
  let at = next.get(shortId(id))
  for (let merges = 0; at !== undefined && merges < MAX_MERGES; merges++) {
    const on = next.get(shortId(at))
    if (on === undefined) return at
    at = on
  }
  return at
}

/** The accounts that converted leads became, by the lead's short id; or, asked by another field, by its value. */
export async function conversions(
  client: Client,
  by: string,
  values: readonly string[],
  call: Call,
): Promise<{ leadId: string; by: string; movedTo: MovedTo }[]> {
  const moved = []
  const query = { object: LEAD, fields: ['ConvertedAccountId', by], where: 'IsConverted = true' }
  for (const { soql } of selectsIn(query, by, values)) {
    for await (const record of all(client, soql, { deleted: false }, call)) {
      const remoteId = valueAt(record, 'ConvertedAccountId')
      if (typeof remoteId !== 'string') continue
      const value = String(valueAt(record, by) ?? '')
      moved.push({ leadId: record.Id, by: value, movedTo: { object: ACCOUNT, remoteId } })
    }
  }
  return moved
}
