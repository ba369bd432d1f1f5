import {
  type Call,
  type Change,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { LEAD } from '../objects.ts'
import { shortId } from '../read/soql.ts'
import { conversions, type MovedTo, survivors } from '../read/successors.ts'
import { externalIdOf, keyOf } from './keys.ts'
import { mayHaveMoved } from './row-failure.ts'

/**
 * Says of records that are gone or converted where they live on. Costs nothing where there are none, and a read or two
 * for all of them together.
 */
export async function withNewHomes(
  client: Client,
  changes: readonly Change[],
  results: readonly Result[],
  call: Call,
): Promise<Result[]> {
  const byKey = new Map(changes.map(change => [change.key, change]))
  const lost = results.flatMap(result => {
    const change = byKey.get(result.key)
    return change !== undefined && result.status === 'failed' && mayHaveMoved(result.failure) ? [change] : []
  })
  if (lost.length === 0) return [...results]
  const homes = await homesOrNone(client, lost, call)
  return results.map(result => {
    const movedTo = homes.get(result.key)
    return movedTo === undefined || result.status !== 'failed' || !mayHaveMoved(result.failure)
      ? result
      : { ...result, failure: { ...result.failure, movedTo } }
  })
}

/** What was written stands, whatever becomes of this question. */
async function homesOrNone(
  client: Client,
  lost: readonly Change[],
  call: Call,
): Promise<ReadonlyMap<string, MovedTo>> {
  try {
    return await homes(client, lost, call)
  } catch (error) {
    if (!(error instanceof RequestFailed || error instanceof SessionFault) && !call.signal.aborted)
      throw error
    return new Map()
  }
}

async function homes(client: Client, lost: readonly Change[], call: Call): Promise<Map<string, MovedTo>> {
  const object = lost[0]?.object ?? ''
  const found = new Map<string, MovedTo>()
  const withIds = lost.flatMap(({ key, remoteId }) => (remoteId === undefined ? [] : [{ key, remoteId }]))
  const ids = withIds.map(({ remoteId }) => remoteId)
  if (ids.length > 0) {
    const merged = await survivors(client, object, ids, call)
    for (const { key, remoteId } of withIds) {
      const movedTo = merged.get(shortId(remoteId))
      if (movedTo !== undefined) found.set(key, movedTo)
    }
  }
  if (object !== LEAD) return found
  const asked = withIds.map(one => ({ ...one, remoteId: found.get(one.key)?.remoteId ?? one.remoteId }))
  for (const [key, movedTo] of await converted(client, asked, lost, call)) found.set(key, movedTo)
  return found
}

/** Converted leads by id, and those that an upsert found by our key. */
async function converted(
  client: Client,
  withIds: readonly { key: string; remoteId: string }[],
  lost: readonly Change[],
  call: Call,
): Promise<[string, MovedTo][]> {
  const made = lost.filter(change => change.remoteId === undefined)
  const [first] = made
  const field = first === undefined ? undefined : externalIdOf(first)
  const byId =
    withIds.length === 0
      ? []
      : await conversions(
          client,
          'Id',
          withIds.map(one => one.remoteId),
          call,
        )
  const byKey = field === undefined ? [] : await conversions(client, field, made.map(keyOf), call)
  const homeOfId = new Map(byId.map(({ leadId, movedTo }) => [shortId(leadId), movedTo]))
  const homeOfKey = new Map(byKey.map(({ by, movedTo }) => [by.toLowerCase(), movedTo]))
  const found = [
    ...withIds.map(({ key, remoteId }) => ({ key, movedTo: homeOfId.get(shortId(remoteId)) })),
    ...made.map(change => ({ key: change.key, movedTo: homeOfKey.get(keyOf(change)) })),
  ]
  return found.flatMap(({ key, movedTo }): [string, MovedTo][] => (movedTo ? [[key, movedTo]] : []))
}
