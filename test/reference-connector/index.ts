import { z } from 'zod'
import type { ConnectorV1 } from '../../src/contract/index.ts'
import { crmCalled } from './crm.ts'
import { openSession } from './session.ts'

export const config = z.strictObject({
  crm: z.string(),
  max_batch: z.int().default(100),
  max_concurrent: z.int().default(1),
  page: z.int().default(100),
})

export type ReferenceConfig = z.infer<typeof config>

/**
 * A connector to a CRM in memory, for tests of what the core promises. `leads` are made by a create that is
 * not idempotent, `tickets` by one that can't be looked for afterwards either, `reports` not at all. Leads beside a
 * company need a contact, as HubSpot's do; `without-ties.ts` keeps them as Salesforce does.
 */
export default {
  contract: 'v1',
  id: 'reference',
  config,
  capabilities: {
    objects: ['companies', 'leads', 'tickets', 'reports', 'contacts'],
    readBy: {
      companies: ['domain', 'more_domains', 'oql_key'],
      leads: ['oql_key', 'lead_key'],
      contacts: ['email'],
    },
    alsoMatches: { companies: { domain: ['more_domains'] } },
    key: { companies: 'oql_key', leads: 'oql_key', tickets: 'oql_key', reports: 'oql_key' },
    owner: { companies: 'owner' },
    nameFields: { companies: ['name'], leads: ['name'], contacts: ['name'] },
    display: { companies: ['name', 'domain'] },
    creates: ['companies', 'leads', 'tickets', 'contacts'],
    idempotentCreates: ['companies'],
    schema: false,
    leads: {
      object: 'leads',
      key: 'lead_key',
      owner: 'owner',
      nameFields: ['name'],
      needsContact: true,
      associates: true,
    },
    contacts: { object: 'contacts', email: 'email', nameFields: ['name'] },
    notices: {
      task: { object: 'tasks', key: 'notice_id', fields: [] },
      note: { object: 'notes', key: 'notice_id', fields: [] },
      event: { object: 'events', key: 'notice_id', fields: [] },
    },
  },
  open: async options => openSession(crmCalled(options.crm), options, { needsContact: true }),
} satisfies ConnectorV1<ReferenceConfig>
