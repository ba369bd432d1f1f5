import { type Call, SessionFault } from '../../../src/contract/index.ts'
import type { AssociationLabel } from '../http/answers.ts'
import { remembered } from '../http/ask-once.ts'
import type { Client } from '../http/client.ts'
import { isRefused } from '../http/is-refused.ts'

/** HubSpot's own types, the same in every portal: of each pair the one that makes the other record the primary one. */
const TYPES: Readonly<Record<string, number>> = {
  'leads/contacts': 578,
  'leads/companies': 610,
  'tasks/companies': 192,
  'tasks/contacts': 204,
  'notes/companies': 190,
  'notes/contacts': 202,
}

/** Of a contact to its primary company, and of one to a company that may be one of several. */
const PRIMARY_COMPANY = 1
const COMPANY = 279

/** The id of the type of association that a new record gets. */
export type AssociationTypes = (from: string, to: string, call: Call) => Promise<number>

/** Asks the portal for what it calls the primary company of a contact; the others are the same everywhere. */
export function createAssociationTypes(client: Client): AssociationTypes {
  const companyOfContact = remembered(async call => {
    try {
      return companyType(await client.labels('contacts', 'companies', call))
    } catch (error) {
      if (!isRefused(error)) throw error
      // The list is a help: the type itself is HubSpot's own.
      return PRIMARY_COMPANY
    }
  })
  return async (from, to, call) => {
    if (from === 'contacts' && to === 'companies') return companyOfContact(call)
    const type = TYPES[`${from}/${to}`]
    if (type === undefined) throw new SessionFault('bug', `HubSpot ties no ${from} to ${to} for us`)
    return type
  }
}

/** The primary one where the portal has it, else the one without a label. */
function companyType(labels: readonly AssociationLabel[]): number {
  const own = labels.filter(({ category }) => category === 'HUBSPOT_DEFINED')
  const primary = own.find(({ typeId, label }) => typeId === PRIMARY_COMPANY || label === 'Primary')
  return (primary ?? own.find(({ label }) => label == null))?.typeId ?? COMPANY
}
