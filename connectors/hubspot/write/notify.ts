import { type Call, type Notice, type Result, SessionFault } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { capabilities } from '../objects.ts'
import type { Portal } from '../read/portal.ts'
import { failed } from './batch-input.ts'
import { findNotices, holdersOf } from './find-notices.ts'
import { changeOf } from './notice-change.ts'
import { carryOut, orFailure } from './write.ts'

/**
 * Makes a task or note on its company for each notice, once for each id: one that may be there already is looked for
 * first, and where the property that carries the id is unique HubSpot takes no second one.
 */
export async function notify(
  client: Client,
  portal: Portal,
  notices: readonly Notice[],
  call: Call,
): Promise<Result[]> {
  const distinct = [...new Map(notices.map(notice => [notice.id, notice])).values()]
  const object = objectOf(distinct)
  if (object === undefined) return []
  const changes = new Map(distinct.map(notice => [notice.id, changeOf(notice, object)]))
  const asked = distinct.flatMap(({ id, mayExist }) => (mayExist ? (changes.get(id) ?? []) : []))
  const found = await orFailure(() => findNotices(client, portal, asked, call))
  if ('kind' in found) return [...changes.values()].map(change => failed(change, found))
  const there = [...found].map(([key, remoteId]): Result => ({ key, status: 'written', remoteId }))
  const missing = [...changes.values()].filter(({ key }) => !found.has(key))
  const made = await carryOut(client, portal, 'create', missing, call)
  return [...there, ...(await resolved(client, object, made, call))]
}

function objectOf(notices: readonly Notice[]): string | undefined {
  const first = notices[0]
  if (first === undefined) return undefined
  const object = capabilities.notices[first.type]?.object
  if (object === undefined) throw new SessionFault('bug', `the HubSpot connector makes no ${first.type}`)
  if (notices.some(({ type }) => type !== first.type)) {
    throw new SessionFault('bug', 'a batch of notices mixes their types')
  }
  return object
}

/** A notice whose id is taken was made before: whoever holds it is the one. */
async function resolved(
  client: Client,
  object: string,
  results: readonly Result[],
  call: Call,
): Promise<Result[]> {
  const unnamed = results.filter(result => isTaken(result) && holder(result) === undefined)
  const holders = await orFailure(() =>
    holdersOf(
      client,
      object,
      unnamed.map(({ key }) => key),
      call,
    ),
  )
  return results.map(result => {
    const known = 'kind' in holders ? undefined : holders.get(result.key)
    const remoteId = isTaken(result) ? (holder(result) ?? known) : undefined
    return remoteId === undefined ? result : { key: result.key, status: 'written', remoteId }
  })
}

const isTaken = (result: Result): boolean => result.status === 'failed' && result.failure.kind === 'duplicate'

const holder = (result: Result): string | undefined =>
  result.status === 'failed' ? result.failure.movedTo?.remoteId : undefined
