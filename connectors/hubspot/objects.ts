import type { Capabilities } from '../../src/contract/index.ts'

/** The unique property of ours that carries an account's domain. */
export const KEY_PROPERTY = 'oql_domain'

export const capabilities: Capabilities = {
  objects: ['companies'],
  readBy: { companies: ['domain', 'hs_additional_domains', KEY_PROPERTY] },
  alsoMatches: { companies: { domain: ['hs_additional_domains'] } },
  key: { companies: KEY_PROPERTY },
  owner: { companies: 'hubspot_owner_id' },
  nameFields: { companies: ['name'] },
  display: { companies: ['name', 'domain', 'city', 'country', 'hubspot_owner_id'] },
  creates: ['companies'],
  idempotentCreates: ['companies'],
  schema: true,
  notices: {},
}
