import type { Change, Company, Failure, Fields, RemoteContact, RemoteLead } from '../../src/contract/index.ts'
import type { Crm, CrmRecord } from './crm.ts'

/** What the CRM has beside companies: leads and contacts. */

export const LEAD_KEY = 'lead_key'
export const EMAIL = 'email'

export function leadsAsked(
  crm: Crm,
  { companies, keys }: { companies: readonly Company[]; keys: readonly string[] },
): RemoteLead[] {
  const all = crm.all('leads')
  const asked = new Set(keys)
  return [
    ...companies.flatMap(company =>
      all.filter(lead => isOf(crm, lead, company)).map(lead => leadOf(lead, company.remoteId)),
    ),
    ...all.filter(({ fields }) => asked.has(String(fields[LEAD_KEY]))).map(lead => leadOf(lead, null)),
  ]
}

/** Tied to it; where it is tied to nothing, called by one of its names. */
function isOf(crm: Crm, { ties, fields }: CrmRecord, { remoteId, names }: Company): boolean {
  if (ties.length === 0) return names.includes(String(fields.name))
  return ties.some(id => (crm.find(id)?.id ?? id) === remoteId)
}

function leadOf({ id, fields }: CrmRecord, company: string | null): RemoteLead {
  const { state, closed_at } = fields
  const key = fields[LEAD_KEY] ?? null
  const isOver = state === 'closed' || state === 'converted'
  return {
    remoteId: id,
    company,
    key: key === null ? null : String(key),
    state: isOver ? state : 'open',
    closedAt: isOver ? new Date(String(closed_at)) : null,
  }
}

/** All of each company: which was changed last the core decides. */
export function contactsAsked(
  crm: Crm,
  companies: readonly Company[],
  fields: readonly string[],
): RemoteContact[] {
  return companies.flatMap(({ remoteId }) =>
    crm
      .all('contacts')
      .filter(({ ties, fields }) => ties.includes(remoteId) || fields.company === remoteId)
      .map(contact => ({
        remoteId: contact.id,
        company: remoteId,
        changedAt: new Date(contact.changedAt),
        fields: Object.fromEntries(fields.map(name => [name, contact.fields[name] ?? null])),
      })),
  )
}

/** Why the CRM takes no such lead or contact; nothing where it does. Nothing keeps a second lead of one key away. */
export function createRefused(
  crm: Crm,
  { object, fields, associate = [] }: Change,
  { needsContact }: { needsContact: boolean },
): Failure | undefined {
  if (object === 'leads' && isBeside(fields)) {
    if (crm.leadsUnavailable) return { kind: 'forbidden', message: 'this account has no leads' }
    const contact = associate.find(to => to.object === 'contacts')
    if (needsContact && (contact === undefined || crm.find(contact.remoteId) === undefined)) {
      return { kind: 'invalid', message: 'a lead needs a contact' }
    }
  }
  if (object !== 'contacts') return undefined
  const email = String(fields[EMAIL] ?? '').toLowerCase()
  const holder = crm.all('contacts').find(one => String(one.fields[EMAIL]).toLowerCase() === email)
  return (
    holder && { kind: 'duplicate', message: `${email} is taken`, movedTo: { object, remoteId: holder.id } }
  )
}

/** A lead beside a company, and not one for an account without a record. */
const isBeside = (fields: Fields): boolean => (fields[LEAD_KEY] ?? null) !== null
