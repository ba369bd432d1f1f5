import type { Call } from '../../../src/contract/index.ts'
import type { Account } from '../http/answers.ts'
import { remembered } from '../http/ask-once.ts'
import type { Client } from '../http/client.ts'
import { isRefused } from '../http/is-refused.ts'
import { type AssociationTypes, createAssociationTypes } from './association-types.ts'
import { type Catalogue, createCatalogue } from './fields.ts'
import { createLeadStages, type LeadStages } from './lead-stages.ts'

/** What a session knows of its portal, asked for when it is first needed. */
export interface Portal {
  /** What HubSpot says against it, where it does not tell. */
  account(call: Call): Promise<Account | Error>
  catalogue: Catalogue
  associationTypes: AssociationTypes
  leadStages(call: Call): Promise<LeadStages>
}

export function createPortal(client: Client): Portal {
  return {
    account: remembered(call => client.account(call).catch(refusalOf)),
    catalogue: createCatalogue(client),
    associationTypes: createAssociationTypes(client),
    leadStages: createLeadStages(client),
  }
}

/** A token that is not let in at all ends the session, as `SessionFault` `auth`. */
function refusalOf(error: unknown): Error {
  if (isRefused(error)) return error
  throw error
}
