import type { Capabilities } from '../../src/contract/index.ts'

/** The unique property of ours that carries an account's domain. */
const KEY_PROPERTY = 'oql_domain'
/** Of ours too: the key of a lead, and the id of the notice that a task or a note tells. */
const LEAD_KEY = 'oql_lead_key'
const NOTICE_KEY = 'oql_notice_id'

/** HubSpot's own key of a contact. */
const EMAIL = 'email'

/** The property by which a record is found in a batch read, and of which no two records hold the same value. */
const UNIQUE: Readonly<Record<string, string>> = {
  companies: KEY_PROPERTY,
  leads: LEAD_KEY,
  contacts: EMAIL,
  tasks: NOTICE_KEY,
  notes: NOTICE_KEY,
}

export const uniqueProperty = (object: string): string | undefined => UNIQUE[object]

/** When a record was last changed stands under another name on a contact. */
export const changedProperty = (object: string): string =>
  object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'

export const leads = {
  object: 'leads',
  key: LEAD_KEY,
  owner: 'hubspot_owner_id',
  nameFields: ['hs_lead_name'],
  needsContact: true,
  associates: true,
} as const satisfies Capabilities['leads']

export const contacts = {
  object: 'contacts',
  email: EMAIL,
  nameFields: [],
} as const satisfies Capabilities['contacts']

export const capabilities: Capabilities = {
  objects: ['companies', 'leads', 'contacts', 'tasks', 'notes'],
  readBy: {
    companies: ['domain', 'hs_additional_domains', KEY_PROPERTY],
    leads: [LEAD_KEY],
    contacts: [EMAIL],
    tasks: [NOTICE_KEY],
    notes: [NOTICE_KEY],
  },
  alsoMatches: { companies: { domain: ['hs_additional_domains'] } },
  key: { companies: KEY_PROPERTY },
  owner: { companies: 'hubspot_owner_id', leads: leads.owner, contacts: 'hubspot_owner_id' },
  nameFields: { companies: ['name'], leads: leads.nameFields },
  display: { companies: ['name', 'domain', 'city', 'country', 'hubspot_owner_id'] },
  creates: ['companies', 'leads', 'contacts'],
  // A lead and a contact are made together with their associations, and HubSpot's upsert takes none.
  idempotentCreates: ['companies'],
  schema: true,
  fieldAccess: "the app's scope for sensitive data, where the property is marked as sensitive",
  leads,
  contacts,
  notices: {
    task: { object: 'tasks', key: NOTICE_KEY, unique: true, fields: [] },
    note: { object: 'notes', key: NOTICE_KEY, unique: true, fields: [] },
  },
}
