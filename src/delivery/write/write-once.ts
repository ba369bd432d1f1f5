import type { Capabilities } from '../../contract/connector.ts'
import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import type { Change, Result } from '../../contract/records.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { isPassing } from '../session/call.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

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
  const batch = changes.map(change => toChange(change, change.remoteId ?? made.get(change.key), connector))
  const updates = batch.filter(({ remoteId }) => remoteId !== undefined)
  const creates = batch.filter(({ remoteId }) => remoteId === undefined)
  return [...(await send(connector, updates)), ...(await send(connector, creates))]
}

/** Key → the record that carries it. Empty where the CRM itself sees to it that nothing is made twice. */
async function madeBefore(
  { capabilities, session, call }: ConnectorSession,
  changes: readonly PlannedChange[],
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>()
  const keys = new Set(changes.filter(({ remoteId }) => remoteId === null).map(({ key }) => key))
  const [first] = changes
  const by = first === undefined ? undefined : keyFieldOf(capabilities, first)
  if (first === undefined || by === undefined || keys.size === 0) return made
  const { object } = first
  if (capabilities.idempotentCreates.includes(object)) return made
  for await (const { remoteId, fields } of session.read({ object, by, values: [...keys] }, [by], call)) {
    const key = String(fields[by] ?? '')
      .trim()
      .toLowerCase()
    if (keys.has(key)) made.set(key, remoteId)
  }
  return made
}

/** The field that carries the key of a change: which one hangs on what the record is to us. */
function keyFieldOf(capabilities: Capabilities, { kind, object }: PlannedChange): string | undefined {
  switch (kind) {
    case 'account':
      return capabilities.key[object]
    case 'lead':
      return capabilities.leads?.key
    case 'contact':
      return capabilities.contacts?.email
  }
}

/** A planned change as a session takes it: of a record that is there, or of one to be made. */
export function toChange(
  change: PlannedChange,
  remoteId: string | undefined,
  { capabilities }: Pick<ConnectorSession, 'capabilities'>,
): Change {
  const { key, object, associate } = change
  const fields = Object.fromEntries(Object.entries(change.fields).map(([name, { to }]) => [name, to]))
  if (remoteId !== undefined) return { key, object, remoteId, fields }
  const keyField = keyFieldOf(capabilities, change)
  return {
    key,
    object,
    ...(keyField === undefined ? {} : { keyField }),
    fields,
    ...(associate.length === 0 ? {} : { associate }),
  }
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
