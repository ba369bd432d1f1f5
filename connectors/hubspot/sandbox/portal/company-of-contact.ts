import { associationType } from './association-types.ts'
import type { Portal, PortalObject } from './portal.ts'
import { store } from './store.ts'
import type { StoredRecord } from './stored-record.ts'

/** HubSpot makes no company of those that anybody may have an address at. */
const FREE_MAIL: ReadonlySet<string> = new Set(['gmail.com', 'outlook.com', 'yahoo.com', 'hotmail.com'])

/** The primary company of a contact, and one that is one of several. */
const PRIMARY = 1
const COMPANY = 279

/**
 * Where the account has it so: a new contact joins the company that has the domain of its email, which is made where
 * there is none. That is its primary one, unless it was made with another.
 */
export function joinCompany(portal: Portal, { type }: PortalObject, contact: StoredRecord): void {
  const domain = contact.properties.email?.split('@')[1]
  if (!portal.settings.companiesOfContacts || type.name !== 'contacts') return
  if (domain === undefined || FREE_MAIL.has(domain)) return
  const companies = portal.object('companies')
  const has = ({ archivedAt, properties }: StoredRecord) =>
    archivedAt === null &&
    [properties.domain, ...(properties.hs_additional_domains?.split(';') ?? [])].includes(domain)
  const there = [...companies.table.records()].find(has)
  const company = there ?? store(portal, companies, null, { name: domain, domain, lifecyclestage: 'lead' })
  const joined = portal.associations.of('contacts', contact.id, 'companies')
  if (joined.has(company.id)) return
  const association = associationType(joined.size === 0 ? PRIMARY : COMPANY)
  if (association !== undefined) portal.associations.add(association, contact.id, company.id)
}
