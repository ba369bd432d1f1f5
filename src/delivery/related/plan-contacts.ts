import type { FieldMapping } from '../../config/mapping.ts'
import type { ContactCapability } from '../../contract/connector.ts'
import type { Person } from '../../domain/person.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import type { RelatedRecord } from '../../domain/related-record.ts'
import { planRelatedCreate, planRelatedUpdate, type Related } from '../../plan/related/plan-related.ts'
import { personValues } from '../../plan/values/person-values.ts'
import type { PeopleCounts } from '../connector-report.ts'
import { type ContactsThere, contactsByEmail } from './contacts-by-email.ts'
import { type Beside, keepPlanned } from './related.ts'
import { deserving, type WithRecord } from './related-accounts.ts'

/**
 * Decides which people of accounts become contacts, and what contacts that are there must become. A person is looked for
 * by email before one is made; an email that several contacts have is nobody's to choose, and none is written.
 * @returns for people, what they have to decide
 */
export async function planContacts(beside: Beside, counts: PeopleCounts): Promise<string[]> {
  const { run, matching, shared } = beside
  const { people } = matching.plan.mapping
  const contacts = matching.connector.capabilities.contacts
  if (people === null || contacts === undefined) return []
  const named: string[] = []
  for await (const domains of run.state.people.domains()) {
    const accounts = [...(await run.state.accounts.get(domains)).values()]
    const { found } = await deserving(matching, accounts, people.when, { shared, ...run })
    for (const [email, ids] of await planPage(beside, contacts, people.fields, found, counts)) {
      if (named.length < EMAILS_NAMED) named.push(`${email} (${ids.join(', ')})`)
    }
  }
  const { ambiguous } = counts
  if (ambiguous === 0) return []
  const more = ambiguous > named.length ? ` and ${ambiguous - named.length} more` : ''
  return [
    `${ambiguous} ${ambiguous === 1 ? 'email belongs' : 'emails belong'} to several contacts, none of which is written: ` +
      `${named.join(', ')}${more}. Merge them in ${run.entry.name}, or leave the email on one of them`,
  ]
}

/** So many tell people where to begin. */
const EMAILS_NAMED = 10

async function planPage(
  beside: Beside,
  contacts: ContactCapability,
  lines: readonly FieldMapping[],
  accounts: readonly WithRecord[],
  counts: PeopleCounts,
): Promise<ContactsThere['ambiguous']> {
  const { state } = beside.run
  const { connector } = beside.matching
  const byDomain = new Map(accounts.map(one => [one.account.domain, one]))
  const persons = await state.people.belonging([...byDomain.keys()])
  const known = await state.related.get(
    connector.name,
    'contact',
    persons.map(({ email }) => email),
  )
  const unknown = persons.filter(({ email }) => !known.has(email))
  const there = await contactsByEmail(
    beside.matching,
    contacts,
    unknown,
    lines.map(({ to }) => to),
  )
  counts.found += there.found.length
  counts.ambiguous += there.ambiguous.size
  await state.related.put(there.found)
  const records = new Map([...known, ...there.found.map(one => [one.key, one] as const)])
  const changes = persons.flatMap(person => {
    const account = byDomain.get(person.domain)
    if (account === undefined || there.ambiguous.has(person.email)) return []
    return planPerson(beside, contacts, lines, { person, account, record: records.get(person.email) }) ?? []
  })
  await keepPlanned(beside, lines, changes)
  return there.ambiguous
}

interface PersonToPlan {
  person: Person
  account: WithRecord
  record: RelatedRecord | undefined
}

function planPerson(
  { matching: { plan } }: Beside,
  contacts: ContactCapability,
  lines: readonly FieldMapping[],
  { person, account: { account, record: ofAccount }, record }: PersonToPlan,
): PlannedChange | null {
  const related: Related = {
    kind: 'contact',
    key: person.email,
    domain: person.domain,
    object: contacts.object,
    lines,
    kept: contacts.nameFields,
    name: person.email,
    valueNamed: personValues(person, account, plan.context),
  }
  if (record !== undefined) return planRelatedUpdate(plan, related, record)
  const company = ofAccount === null ? [] : [ofAccount]
  return planRelatedCreate(plan, related, {
    associate:
      contacts.account === undefined ? company.map(({ object, remoteId }) => ({ object, remoteId })) : [],
    fields: {
      [contacts.email]: person.email,
      ...Object.fromEntries(
        company.flatMap(({ remoteId }) =>
          contacts.account === undefined ? [] : [[contacts.account, remoteId]],
        ),
      ),
    },
    why: `a person of ${person.domain}`,
  })
}
