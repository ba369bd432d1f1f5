import type { Capabilities } from '../../../src/contract/index.ts'

/** Unique on companies, and what they are upserted by. Leads know no unique fields. */
export const KEY = 'account_key'

export const capabilities: Capabilities = {
  objects: ['companies', 'leads'],
  readBy: { companies: ['domain', KEY], leads: [KEY] },
  alsoMatches: {},
  key: { companies: KEY, leads: KEY },
  owner: { companies: 'owner', leads: 'owner' },
  nameFields: { companies: ['name'], leads: ['name'] },
  display: { companies: ['name', 'domain'], leads: ['name'] },
  creates: ['companies', 'leads'],
  idempotentCreates: ['companies'],
  schema: true,
  notices: {},
}
