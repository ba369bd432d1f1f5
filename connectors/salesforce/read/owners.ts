import type { Call } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { all } from './pages.ts'
import { isId, selectsIn, shortId } from './soql.ts'
import { valueAt } from './values.ts'

/** Ids of queues begin so. Leads and tasks may belong to one; accounts may not. */
export const QUEUE_PREFIX = '00G'

/** Of these ids those of users and queues, each with whether it may be given something now. */
export async function ownersThere(
  client: Client,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, boolean>> {
  const byShortId = Map.groupBy([...new Set(ids)].filter(isId), shortId)
  const [queues, users] = [true, false].map(isQueue =>
    [...byShortId.keys()].filter(id => id.startsWith(QUEUE_PREFIX) === isQueue),
  )
  const found = new Map<string, boolean>()
  const take = (id: string, isActive: boolean) => {
    for (const asked of byShortId.get(shortId(id)) ?? []) found.set(asked, isActive)
  }
  for (const { soql } of selectsIn({ object: 'User', fields: ['IsActive'] }, 'Id', users ?? [])) {
    for await (const user of all(client, soql, { deleted: false }, call)) {
      take(user.Id, valueAt(user, 'IsActive') === true)
    }
  }
  const queue = { object: 'Group', fields: [], where: "Type = 'Queue'" }
  for (const { soql } of selectsIn(queue, 'Id', queues ?? [])) {
    for await (const { Id } of all(client, soql, { deleted: false }, call)) take(Id, true)
  }
  return found
}

/** Of these owners those who may be given records and tasks now, spelled as they were asked for. */
export async function activeOwners(
  client: Client,
  ids: readonly string[],
  call: Call,
): Promise<ReadonlySet<string>> {
  const there = await ownersThere(client, ids, call)
  return new Set([...there].flatMap(([id, isActive]) => (isActive ? [id] : [])))
}
