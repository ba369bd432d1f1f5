import type { RemoteContact, Session } from '../../contract/index.ts'
import * as beside from '../beside.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const has: Check['applies'] = ({ capabilities }) => capabilities.contacts !== undefined

function readContacts(
  stage: Stage,
  session: Session,
  companies: Parameters<NonNullable<Session['contacts']>>[0],
): Promise<RemoteContact[]> {
  const { contacts } = beside.contactsOf(stage)
  if (session.contacts === undefined) {
    throw new Error('capabilities.contacts is there, and session.contacts is not')
  }
  return Array.fromAsync(session.contacts(companies, [contacts.email], stage.hook()))
}

const byEmail: Check = {
  id: 'contacts-by-email',
  promise: 'a contact is made at its company, and found by its email, letter case aside',
  per: 'connector',
  applies: has,
  async run(stage) {
    const { contacts } = beside.contactsOf(stage)
    const session = await beside.readyBeside(stage)
    const company = await beside.company(stage)
    const wanted = beside.contactCreate(stage, company)
    const [result] = await session.write([wanted], stage.hook())
    stage.must(result?.status === 'created', `a new contact is ${change.said(result)}`)
    const remoteId = result === undefined || result.status === 'failed' ? '' : result.remoteId
    for (const email of [wanted.key, wanted.key.toUpperCase()]) {
      const query = { object: contacts.object, by: contacts.email, values: [email] }
      const records = await stage.read(session, query, [contacts.email])
      const record = records.find(one => one.remoteId === remoteId)
      const held = String(record?.fields[contacts.email] ?? '').toLowerCase()
      stage.must(held === wanted.key, `by ${email}: the contact is not found, or not its email`)
    }
    const ofCompany = await readContacts(stage, session, [company])
    const isThere = ofCompany.some(one => one.remoteId === remoteId && one.company === company.remoteId)
    stage.must(isThere, 'a contact that was made at a company is not among its contacts')
  },
}

const newest: Check = {
  id: 'contacts-newest',
  promise: 'of each company the most recently changed contact is yielded, with when that was, past one page',
  per: 'connector',
  applies: has,
  async run(stage) {
    const { contacts, behind } = beside.contactsOf(stage)
    const session = await beside.readyBeside(stage)
    const companies = await beside.companies(stage, 2)
    const newestOf = new Map<string, { id: string; email: string; changedAt: Date }>()
    for (const company of companies) {
      const people = Array.from({ length: stage.harness.pastOnePage }, (_, index) => ({
        email: `p@${stage.domain()}`,
        changedAt: beside.daysLater(index),
      }))
      const ids = await behind.insert(company, people)
      const last = people.at(-1)
      if (last !== undefined) newestOf.set(company.remoteId, { id: ids.at(-1) ?? '', ...last })
    }
    const yielded = await readContacts(stage, session, companies)
    for (const [company, { id, email, changedAt }] of newestOf) {
      const contact = yielded.find(one => one.remoteId === id && one.company === company)
      stage.must(contact !== undefined, `the contact of ${company} that was changed last is missing`)
      if (contact === undefined) continue
      const at = contact.changedAt
      stage.must(
        isNear(at, changedAt),
        `it was changed at ${changedAt.toISOString()}, and says ${at?.toISOString()}`,
      )
      stage.must(contact.fields[contacts.email] === email, 'it does not hold the field that was asked for')
    }
  },
}

/** CRMs keep it to the second. */
const isNear = (one: Date | null, other: Date): boolean =>
  one !== null && Math.abs(one.getTime() - other.getTime()) < 1_000

const taken: Check = {
  id: 'contact-taken',
  promise: 'an email that another contact has is a duplicate, where the CRM keeps emails unique',
  per: 'connector',
  applies: has,
  async run(stage) {
    const { contacts, behind } = beside.contactsOf(stage)
    const session = await beside.readyBeside(stage)
    const fields = await session.describe(contacts.object, stage.hook())
    if (fields.find(({ name }) => name === contacts.email)?.unique !== true) {
      const isIdempotent = stage.connector.capabilities.idempotentCreates.includes(contacts.object)
      return stage.must(!isIdempotent, `creates are idempotent, and ${contacts.email} is not unique`)
    }
    const company = await beside.company(stage)
    const [again, sound] = [beside.contactCreate(stage, company), beside.contactCreate(stage, company)]
    await behind.insert(company, [{ email: again.key, changedAt: beside.daysLater(0) }])
    const changes = [again, sound]
    const results = await session.write(changes, stage.hook())
    change.mustAnswerAll(stage, changes, results, 'create')
    const said = change.said(change.resultOf(results, again.key))
    stage.must(said === 'duplicate', `an email that is taken is ${said}, not duplicate`)
    const other = change.resultOf(results, sound.key)
    stage.must(change.isDone(other), `the other contact of its batch is ${change.said(other)}`)
    const records = await stage.crm.records(contacts.object)
    const holders = records.filter(record => change.textIn(record, contacts.email) === again.key).length
    stage.must(holders === 1, `${holders} contacts have the email`)
  },
}

export const CONTACTS: readonly Check[] = [byEmail, newest, taken]
