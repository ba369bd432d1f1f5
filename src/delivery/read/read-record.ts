import type { Mapping } from '../../config/mapping.ts'
import type { Fields } from '../../contract/fields.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/** What a record holds in the fields that the mapping names; null where the CRM has no such record. */
export async function readRecord(
  { session, call }: ConnectorSession,
  { object, fields }: Mapping,
  remoteId: string,
): Promise<Fields | null> {
  const names = [...new Set(fields.map(({ to }) => to))]
  for await (const record of session.read({ object, ids: [remoteId] }, names, call)) return record.fields
  return null
}
