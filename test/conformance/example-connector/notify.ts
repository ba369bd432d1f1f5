import {
  type Call,
  type Change,
  type Notice,
  RequestFailed,
  type Result,
} from '../../../src/contract/index.ts'
import { NOTICE_KEY } from './capabilities.ts'
import type { Client } from './client.ts'
import { read } from './read.ts'
import { write } from './write.ts'

/** Makes those that are not there. Where that can't be told, none is made. */
export async function notify(client: Client, notices: readonly Notice[], call: Call): Promise<Result[]> {
  const unsure = notices.filter(({ type, mayExist }) => mayExist && type !== 'event')
  try {
    const there = await madeBefore(client, unsure.map(changeOf), call)
    const missing = notices.filter(({ id }) => !there.has(id))
    const found = [...there].map(([key, remoteId]): Result => ({ key, status: 'written', remoteId }))
    return [...found, ...(await write(client, missing.map(changeOf), call))]
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return notices.map(({ id }) => ({ key: id, status: 'failed', failure: error.failure }))
  }
}

/** Notice id → the record that an earlier attempt made. */
async function madeBefore(
  client: Client,
  changes: readonly Change[],
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  const [first] = changes
  if (first === undefined) return new Map()
  const query = { object: first.object, by: NOTICE_KEY, values: changes.map(({ key }) => key) }
  const records = await Array.fromAsync(read(client, query, [NOTICE_KEY], call))
  return new Map(records.map(({ remoteId, fields }) => [String(fields[NOTICE_KEY]), remoteId]))
}

function changeOf(notice: Notice): Change {
  const { id: key } = notice
  if (notice.type === 'event')
    return { key, object: 'events', fields: { ...notice.fields, [NOTICE_KEY]: key } }
  const { record, subject, body } = notice
  const fields = { [NOTICE_KEY]: key, company: record.remoteId, subject, body }
  return notice.type === 'task'
    ? { key, object: 'tasks', fields: { ...fields, at: notice.dueAt.toISOString(), owner: notice.owner } }
    : { key, object: 'notes', fields: { ...fields, at: notice.at.toISOString() } }
}
