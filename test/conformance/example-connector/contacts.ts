import type { Call, Company, RemoteContact } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'
import { read } from './read.ts'

/** Everybody of these companies: which of them was changed last, the core decides. */
export async function* contacts(
  client: Client,
  companies: readonly Company[],
  fields: readonly string[],
  call: Call,
): AsyncIterable<RemoteContact> {
  const query = { object: 'people', by: 'company', values: companies.map(({ remoteId }) => remoteId) }
  for await (const record of read(client, query, [...fields, 'company', 'changed_at'], call)) {
    yield {
      remoteId: record.remoteId,
      company: String(record.fields.company),
      changedAt: new Date(String(record.fields.changed_at)),
      fields: Object.fromEntries(fields.map(name => [name, record.fields[name] ?? null])),
    }
  }
}
