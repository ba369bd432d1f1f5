import {
  type Call,
  type Change,
  type Failure,
  RequestFailed,
  type Result,
  SessionFault,
} from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { capabilities } from '../objects.ts'
import type { Portal } from '../read/portal.ts'
import { failed, type Way } from './batch-input.ts'
import { holdersOf } from './find-notices.ts'
import { inputsOf, keyFieldOf } from './inputs.ts'
import { withHolder } from './key-holder.ts'
import { sendAll } from './send.ts'
import type { Sending } from './sending.ts'

/**
 * Updates by id. Creates companies by upsert on our key, which makes no second one when it is sent again; creates
 * leads and contacts with their associations, which would, were it not that no two may hold the same key. One result
 * for each key.
 */
export async function write(
  client: Client,
  portal: Portal,
  batch: readonly Change[],
  call: Call,
): Promise<Result[]> {
  const first = batch[0]
  if (first === undefined) return []
  const way = wayOf(first)
  checkBatch(batch, first, way)
  return carryOut(client, portal, way, batch, call)
}

/** Asks HubSpot for all changes of a batch, which are of one object and go one way. */
export async function carryOut(
  client: Client,
  portal: Portal,
  way: Way,
  batch: readonly Change[],
  call: Call,
): Promise<Result[]> {
  const first = batch[0]
  if (first === undefined) return []
  const asked = await orFailure(() => inputsOf(portal, way, batch, call))
  if ('kind' in asked) return batch.map(change => failed(change, asked))
  const { object } = first
  const look: Sending['look'] = (keys, within) => recordsOf(client, portal, first, keys, within)
  const results = await sendAll({ client, object, way, look }, asked, call)
  return way === 'update' ? results : results.map(one => withHolder(one, object, keyFieldOf(first)))
}

/** Never by search, which lags. What can't be read now is known the next time. */
async function recordsOf(
  client: Client,
  { catalogue }: Portal,
  first: Change,
  keys: readonly string[],
  call: Call,
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const isUnique = await catalogue.isUnique(first.object, keyFieldOf(first), call)
    return isUnique === true ? await holdersOf(client, first.object, keys, call) : undefined
  } catch (error) {
    // What HubSpot took of the batch must not be forgotten for it.
    if (error instanceof RequestFailed || error instanceof SessionFault) return undefined
    throw error
  }
}

/** What must be known before anything is sent, or why it is not: another time it may be. */
export async function orFailure<T extends object>(ask: () => Promise<T>): Promise<T | Failure> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const { kind } = error.failure
    return { ...error.failure, kind: kind === 'forbidden' ? kind : 'transient' }
  }
}

function wayOf({ object, remoteId }: Change): Way {
  if (remoteId !== undefined) return 'update'
  return capabilities.idempotentCreates.includes(object) ? 'upsert' : 'create'
}

function checkBatch(batch: readonly Change[], first: Change, way: Way): void {
  if (!capabilities.creates.includes(first.object)) {
    throw new SessionFault('bug', `the HubSpot connector does not write ${first.object}`)
  }
  const isOther = ({ object, keyField, remoteId }: Change) =>
    object !== first.object || keyField !== first.keyField || (remoteId === undefined) !== (way !== 'update')
  if (batch.some(isOther)) {
    throw new SessionFault('bug', 'a batch mixes objects or keys, or creates with updates')
  }
  if (way !== 'create' && batch.some(change => (change.associate ?? []).length > 0)) {
    throw new SessionFault('bug', `HubSpot's ${way} of ${first.object} takes no associations`)
  }
}
