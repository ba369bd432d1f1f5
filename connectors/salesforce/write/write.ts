import { type Call, type Change, type Result, SessionFault } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { capabilities } from '../objects.ts'
import { withNewHomes } from './follow-moved.ts'
import { externalIdOf } from './keys.ts'
import { sendAll, sendOrLeave } from './send-changes.ts'

/**
 * Updates by id, or creates by upsert on our key, which makes no second record when it is sent again; a Contact has no
 * key, and is inserted. A record that was merged into another is written there. One result for each key.
 */
export async function write(client: Client, batch: readonly Change[], call: Call): Promise<Result[]> {
  const first = batch[0]
  if (first === undefined) return []
  checkBatch(batch, first)
  const sent = await sendAll(client, batch, call)
  const results = await withNewHomes(client, batch, sent, call)
  return writeToSurvivors(client, batch, results, call)
}

export function checkBatch(batch: readonly Change[], first: Change): void {
  const { object, keyField } = first
  if (!capabilities.creates.includes(object)) {
    throw new SessionFault('bug', `the Salesforce connector does not write ${object}`)
  }
  const creates = first.remoteId === undefined
  const fits = (change: Change) =>
    change.object === object && (change.remoteId === undefined) === creates && change.keyField === keyField
  if (!batch.every(fits)) {
    throw new SessionFault('bug', 'a batch mixes objects or keys, or creates with updates')
  }
  if (creates && capabilities.idempotentCreates.includes(object) && externalIdOf(first) === undefined) {
    throw new SessionFault('bug', `Salesforce ${object} can't be made by ${keyField}`)
  }
  if (batch.some(change => (change.associate ?? []).length > 0)) {
    throw new SessionFault(
      'bug',
      `Salesforce takes no associations with a new ${object}: its fields hold them`,
    )
  }
}

/** A merge leaves one record of several: what was meant for the others is meant for it. */
async function writeToSurvivors(
  client: Client,
  batch: readonly Change[],
  results: readonly Result[],
  call: Call,
): Promise<Result[]> {
  const byKey = new Map(batch.map(change => [change.key, change]))
  const onwards = results.flatMap(result => {
    const change = byKey.get(result.key)
    const movedTo = result.status === 'failed' ? result.failure.movedTo : undefined
    return change !== undefined && movedTo?.object === change.object
      ? [{ ...change, remoteId: movedTo.remoteId }]
      : []
  })
  if (onwards.length === 0) return [...results]
  const again = await sendOrLeave(client, onwards, call)
  return results.map(result => again.get(result.key) ?? result)
}
