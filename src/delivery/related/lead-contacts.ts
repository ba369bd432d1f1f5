import type { RemoteContact } from '../../contract/leads.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { Matching } from '../match/matching.ts'
import { recordsById } from '../read/records-by-id.ts'
import { contactsByEmail } from './contacts-by-email.ts'
import { namesOf } from './related.ts'
import type { WithRecord } from './related-accounts.ts'

/** The people with the latest signals that are looked for as contacts: one is enough, and most have few. */
const PEOPLE_ASKED = 10

/**
 * Domain → the contact that its lead goes to: the person with the latest signal who is a contact, else the company's most
 * recently changed contact. Where there is neither, nothing: a lead can't be made.
 */
export async function leadContacts(
  matching: Matching,
  accounts: readonly WithRecord[],
): Promise<ReadonlyMap<string, string>> {
  const byPerson = await contactsOfPeople(matching, accounts)
  const others = accounts.filter(({ account }) => !byPerson.has(account.domain))
  return new Map([...byPerson, ...(await latestContacts(matching, others))])
}

async function contactsOfPeople(
  matching: Matching,
  accounts: readonly WithRecord[],
): Promise<Map<string, string>> {
  const { state, connector } = matching
  const { contacts } = connector.capabilities
  const chosen = new Map<string, string>()
  if (contacts === undefined) return chosen
  const people = await state.people.of(accounts.map(({ account }) => account.domain))
  const latest = new Map([...people].map(([domain, all]) => [domain, all.slice(0, PEOPLE_ASKED)]))
  const everyone = [...latest.values()].flat()
  const known = await state.related.get(
    connector.name,
    'contact',
    everyone.map(({ email }) => email),
  )
  // People delete contacts, and a lead for one that is gone would be refused.
  const ids = [...known.values()].map(({ remoteId }) => remoteId)
  const there: ReadonlyMap<string, RemoteRecord> =
    ids.length === 0 ? new Map() : await recordsById(connector, contacts.object, ids, [contacts.email])
  const still = new Map(
    [...known.values()].flatMap(({ key, remoteId }): [string, string][] => {
      const record = there.get(remoteId)
      return record === undefined ? [] : [[key, record.remoteId]]
    }),
  )
  const unknown = everyone.filter(({ email }) => !still.has(email))
  const { found } = await contactsByEmail(matching, contacts, unknown, [])
  const records = new Map([...still, ...found.map(one => [one.key, one.remoteId] as const)])
  for (const [domain, persons] of latest) {
    const remoteId = persons.map(({ email }) => records.get(email)).find(id => id !== undefined)
    if (remoteId !== undefined) chosen.set(domain, remoteId)
  }
  return chosen
}

async function latestContacts(
  { connector }: Matching,
  accounts: readonly WithRecord[],
): Promise<Map<string, string>> {
  const { session, call } = connector
  const companies = accounts.flatMap(({ account, record }) =>
    record === null ? [] : [{ ...record, names: namesOf(account) }],
  )
  if (session.contacts === undefined || companies.length === 0) return new Map()
  const latest = new Map<string, RemoteContact>()
  for await (const contact of session.contacts(companies, [], call)) {
    const before = latest.get(contact.company)
    if (before === undefined || isLater(contact, before)) latest.set(contact.company, contact)
  }
  return new Map(
    accounts.flatMap(({ account, record }) => {
      const contact = record === null ? undefined : latest.get(record.remoteId)
      return contact === undefined ? [] : [[account.domain, contact.remoteId] as const]
    }),
  )
}

/** Of two that changed at the same moment the one with the smaller id, so that the choice is the same each time. */
function isLater(one: RemoteContact, other: RemoteContact): boolean {
  const [a, b] = [one.changedAt?.getTime() ?? 0, other.changedAt?.getTime() ?? 0]
  return a === b ? one.remoteId < other.remoteId : a > b
}
