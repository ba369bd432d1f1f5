import type { ConnectorV1 } from '../../src/contract/index.ts'
import { crmCalled } from './crm.ts'
import reference, { type ReferenceConfig } from './index.ts'
import { openSession } from './session.ts'

const { leads, contacts, ...capabilities } = reference.capabilities

/**
 * The reference CRM with leads as Salesforce has them: they need nobody, and belong to a company by its name alone. A
 * contact's company stands in a field.
 */
export default {
  ...reference,
  id: 'reference-without-ties',
  capabilities: {
    ...capabilities,
    leads: { ...leads, needsContact: false, associates: false },
    contacts: { ...contacts, account: 'company' },
  },
  open: async options => openSession(crmCalled(options.crm), options, { needsContact: false }),
} satisfies ConnectorV1<ReferenceConfig>
