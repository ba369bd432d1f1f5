import type { ContactCapability } from '../../contract/connector.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { Person } from '../../domain/person.ts'
import type { RelatedRecord } from '../../domain/related-record.ts'
import { chunks } from '../../state/rows/batches.ts'
import type { Matching } from '../match/matching.ts'

/** Emails asked for at once: ten of HubSpot's batches, about three of Salesforce's queries. */
const EMAILS_PER_READ = 1_000

export interface ContactsThere {
  /** One for each email, with what it holds. */
  found: RelatedRecord[]
  /** Emails that several contacts have → those contacts. */
  ambiguous: ReadonlyMap<string, readonly string[]>
}

/** The contacts that the CRM has of these people. */
export async function contactsByEmail(
  { connector }: Matching,
  { object, email }: ContactCapability,
  people: readonly Person[],
  fields: readonly string[],
): Promise<ContactsThere> {
  const found: RelatedRecord[] = []
  const ambiguous = new Map<string, string[]>()
  for (const some of chunks(people, EMAILS_PER_READ)) {
    const domains = new Map(some.map(person => [person.email, person.domain]))
    const query = { object, by: email, values: [...domains.keys()] }
    const byEmail = new Map<string, RemoteRecord[]>()
    for await (const record of connector.session.read(
      query,
      [...new Set([email, ...fields])],
      connector.call,
    )) {
      const key = String(record.fields[email] ?? '')
        .trim()
        .toLowerCase()
      const before = byEmail.get(key) ?? []
      if (domains.has(key) && before.every(({ remoteId }) => remoteId !== record.remoteId)) {
        byEmail.set(key, [...before, record])
      }
    }
    for (const [key, records] of byEmail) {
      const [record, ...others] = records
      if (others.length > 0)
        ambiguous.set(
          key,
          records.map(({ remoteId }) => remoteId),
        )
      else if (record !== undefined) {
        found.push({
          connector: connector.name,
          kind: 'contact',
          key,
          domain: domains.get(key) ?? '',
          object,
          remoteId: record.remoteId,
          status: 'open',
          delivered: { fields: record.fields, asOf: null },
          madeAt: null,
          closedAt: null,
        })
      }
    }
  }
  return { found, ambiguous }
}
