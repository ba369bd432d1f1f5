import { RequestFailed, SessionFault } from '../contract/faults.ts'
import type { Change, Result } from '../contract/records.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import { isPassing } from './call.ts'
import type { ConnectorSession } from './connector-session.ts'

/**
 * Sends a batch once. Where a create that is sent twice would make two records, those that are there already (an answer
 * was lost, or a run was killed before it could record one) are looked for by key, and written instead.
 * @returns one result for each change
 * @throws SessionFault; RequestFailed where what is there could not be read
 */
export async function writeOnce(
  connector: ConnectorSession,
  changes: readonly PlannedChange[],
): Promise<Result[]> {
  const made = await madeBefore(connector, changes)
  const batch = changes.map(change => toChange(change, change.remoteId ?? made.get(change.domain)))
  const updates = batch.filter(({ remoteId }) => remoteId !== undefined)
  const creates = batch.filter(({ remoteId }) => remoteId === undefined)
  return [...(await send(connector, updates)), ...(await send(connector, creates))]
}

/** Domain → the record that carries its key. Empty where the CRM itself sees to it that nothing is made twice. */
async function madeBefore(
  { capabilities, session, call }: ConnectorSession,
  changes: readonly PlannedChange[],
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>()
  const domains = new Set(changes.filter(({ remoteId }) => remoteId === null).map(({ domain }) => domain))
  const object = changes[0]?.object
  const key = object === undefined ? undefined : capabilities.key[object]
  if (object === undefined || key === undefined || domains.size === 0) return made
  if (capabilities.idempotentCreates.includes(object)) return made
  const query = { object, by: key, values: [...domains] }
  for await (const { remoteId, fields } of session.read(query, [key], call)) {
    const domain = String(fields[key] ?? '')
      .trim()
      .toLowerCase()
    if (domains.has(domain)) made.set(domain, remoteId)
  }
  return made
}

/** A planned change as a session takes it: of a record that is there, or of one to be made. */
export function toChange({ domain, object, fields }: PlannedChange, remoteId: string | undefined): Change {
  const values = Object.fromEntries(Object.entries(fields).map(([name, { to }]) => [name, to]))
  return { key: domain, object, fields: values, ...(remoteId === undefined ? {} : { remoteId }) }
}

async function send(
  { name, session, finishing }: ConnectorSession,
  batch: readonly Change[],
): Promise<Result[]> {
  if (batch.length === 0) return []
  try {
    const results = await session.write(batch, finishing)
    const answered = new Set(results.map(result => result.key))
    if (results.length === batch.length && batch.every(({ key }) => answered.has(key))) return results
    throw new SessionFault('bug', `${name} answered ${results.length} results for ${batch.length} changes`)
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const { failure } = error
    // What is wrong with one record comes as its result: of what else is refused nobody knows whose it is.
    if (!isPassing(failure.kind)) throw new SessionFault('bug', failure.message, { cause: error })
    return batch.map(({ key }) => ({ key, status: 'failed', failure }))
  }
}
