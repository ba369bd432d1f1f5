import type { Call } from '../../src/contract/index.ts'
import { type AssociationTypes, createAssociationTypes } from './association-types.ts'
import type { Client } from './client.ts'
import { type Catalogue, createCatalogue } from './fields.ts'
import { createLeadStages, type LeadStages } from './lead-stages.ts'

/** What a session knows of its portal, asked for when it is first needed. */
export interface Portal {
  catalogue: Catalogue
  associationTypes: AssociationTypes
  leadStages(call: Call): Promise<LeadStages>
}

export function createPortal(client: Client): Portal {
  return {
    catalogue: createCatalogue(client),
    associationTypes: createAssociationTypes(client),
    leadStages: createLeadStages(client),
  }
}
