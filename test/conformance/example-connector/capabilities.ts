import type { Capabilities, FieldSpec } from '../../../src/contract/index.ts'

/** Unique on companies, and what they are upserted by. Leads may share it. */
export const KEY = 'account_key'
/** Names a lead that was made beside a company. */
export const LEAD_KEY = 'lead_key'
/** The notice that a task, a note or an event tells. */
export const NOTICE_KEY = 'notice_id'

const eventField = (name: string, type: 'text' | 'number'): FieldSpec => ({
  name,
  label: name,
  description: `${name} of the change`,
  type,
})

export const capabilities: Capabilities = {
  objects: ['companies', 'leads', 'people'],
  readBy: { companies: ['domain', KEY], leads: [KEY, LEAD_KEY], people: ['email'] },
  alsoMatches: {},
  key: { companies: KEY, leads: KEY },
  owner: { companies: 'owner', leads: 'owner' },
  nameFields: { companies: ['name'], leads: ['name'] },
  display: { companies: ['name', 'domain'], leads: ['name'] },
  creates: ['companies', 'leads', 'people'],
  idempotentCreates: ['companies'],
  schema: true,
  leads: {
    object: 'leads',
    key: LEAD_KEY,
    owner: 'owner',
    nameFields: ['name'],
    needsContact: false,
    associates: true,
  },
  contacts: { object: 'people', email: 'email', account: 'company', nameFields: ['name'] },
  notices: {
    task: { object: 'tasks', key: NOTICE_KEY, fields: [] },
    note: { object: 'notes', key: NOTICE_KEY, fields: [] },
    event: {
      object: 'events',
      key: NOTICE_KEY,
      fields: [eventField('domain', 'text'), eventField('to', 'text'), eventField('score', 'number')],
    },
  },
}
