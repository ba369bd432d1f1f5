import type { Call, Company, RemoteLead, RemoteRecord } from '../../../src/contract/index.ts'
import { LEAD_KEY } from './capabilities.ts'
import type { Client } from './client.ts'
import { read } from './read.ts'

const FIELDS = [LEAD_KEY, 'company', 'status', 'ended_at']

/** Of these companies, whoever made them, and of these keys. One that is both is yielded twice. */
export async function* leads(
  client: Client,
  { companies, keys }: { companies: readonly Company[]; keys: readonly string[] },
  call: Call,
): AsyncIterable<RemoteLead> {
  const values = companies.map(({ remoteId }) => remoteId)
  for await (const record of read(client, { object: 'leads', by: 'company', values }, FIELDS, call)) {
    yield leadOf(record, textOf(record, 'company'))
  }
  for await (const record of read(client, { object: 'leads', by: LEAD_KEY, values: keys }, FIELDS, call)) {
    yield leadOf(record, null)
  }
}

function leadOf(record: RemoteRecord, company: string | null): RemoteLead {
  const status = textOf(record, 'status')
  const endedAt = textOf(record, 'ended_at')
  return {
    remoteId: record.remoteId,
    company,
    key: textOf(record, LEAD_KEY),
    state: status === 'closed' || status === 'converted' ? status : 'open',
    closedAt: endedAt === null ? null : new Date(endedAt),
  }
}

const textOf = ({ fields }: RemoteRecord, name: string): string | null => {
  const value = fields[name] ?? null
  return value === null ? null : String(value)
}
