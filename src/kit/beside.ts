import type {
  Change,
  Company,
  ContactCapability,
  FieldSpec,
  LeadCapability,
  Notice,
  NoticeCapability,
  NoticeType,
  RemoteLead,
  Session,
} from '../contract/index.ts'
import { NOTICE_TYPES } from '../contract/index.ts'
import { exampleOf } from './examples.ts'
import type { ContactsBehind, LeadsBehind } from './harness.ts'
import type { Stage } from './stage.ts'

/** What stands beside the records of accounts: leads, contacts, and what notices make. */

export function leadsOf({ connector, crm }: Stage): { leads: LeadCapability; behind: LeadsBehind } {
  const { leads } = connector.capabilities
  if (leads === undefined || crm.leads === undefined) {
    throw new Error('capabilities.leads is there: the harness must give crm.leads')
  }
  return { leads, behind: crm.leads }
}

export function contactsOf({ connector, crm }: Stage): {
  contacts: ContactCapability
  behind: ContactsBehind
} {
  const { contacts } = connector.capabilities
  if (contacts === undefined || crm.contacts === undefined) {
    throw new Error('capabilities.contacts is there: the harness must give crm.contacts')
  }
  return { contacts, behind: crm.contacts }
}

/** The types of notice that the connector makes, each with what it makes of them. */
export function noticeTypes({ connector }: Stage): { type: NoticeType; makes: NoticeCapability }[] {
  return NOTICE_TYPES.flatMap(type => {
    const makes = connector.capabilities.notices[type]
    return makes === undefined ? [] : [{ type, makes }]
  })
}

/** A session whose CRM has our fields on leads and on what notices make as well. */
export async function readyBeside(stage: Stage): Promise<Session> {
  const session = await stage.ready()
  if (!stage.connector.capabilities.schema) return session
  for (const [object, wanted] of fieldsBeside(stage)) {
    const steps = await session.ensureSchema(object, wanted, { ...stage.hook(), dryRun: false })
    for (const { name, detail, done } of steps) stage.must(done, `${object} ${name} was not made: ${detail}`)
  }
  return session
}

export function fieldsBeside(stage: Stage): [string, FieldSpec[]][] {
  const { leads } = stage.connector.capabilities
  const notices = new Map(noticeTypes(stage).map(({ makes }) => [makes.object, makes]))
  return [
    ...(leads === undefined
      ? []
      : [[leads.object, [keyField(leads.key, true)]] satisfies [string, FieldSpec[]]]),
    ...[...notices.values()].map(({ object, key, unique = false, fields }): [string, FieldSpec[]] => [
      object,
      [keyField(key, unique), ...fields],
    ]),
  ]
}

const keyField = (name: string, unique: boolean): FieldSpec => ({
  name,
  label: name,
  description: 'Made by the kit',
  type: 'text',
  ...(unique ? { unique } : {}),
})

/** Records of accounts, each of a name that no other has. */
export async function companies(stage: Stage, count: number): Promise<Company[]> {
  const { connector, subject } = stage
  const { object } = subject
  const names = Array.from({ length: count }, () => stage.domain())
  const fields = connector.capabilities.nameFields[object] ?? []
  const ids = await stage.insert(...names.map(name => Object.fromEntries(fields.map(field => [field, name]))))
  return ids.map((remoteId, index) => ({ object, remoteId, names: [names[index] ?? ''] }))
}

export async function company(stage: Stage): Promise<Company> {
  const [one] = await companies(stage, 1)
  if (one === undefined) throw new Error('the harness inserted nothing')
  return one
}

/** A past moment, each call's later than those of the calls before. */
const LONG_AGO = Date.parse('2026-01-05T12:00:00Z')
const DAY_MS = 86_400_000
export const daysLater = (days: number): Date => new Date(LONG_AGO + days * DAY_MS)

/** A lead beside a company, as the core asks for one: `acme.com#1`, with a contact where it can't be without. */
export async function leadCreate(stage: Stage, of: Company): Promise<Change> {
  const { leads } = leadsOf(stage)
  const [name = ''] = of.names
  const key = `${name}#1`
  const contact = leads.needsContact ? await contactFor(stage, of) : []
  return {
    key,
    object: leads.object,
    keyField: leads.key,
    fields: { ...Object.fromEntries(leads.nameFields.map(field => [field, name])), [leads.key]: key },
    associate: leads.associates ? [...contact, { object: of.object, remoteId: of.remoteId }] : [],
  }
}

async function contactFor(stage: Stage, of: Company): Promise<{ object: string; remoteId: string }[]> {
  const { contacts, behind } = contactsOf(stage)
  const email = `lead@${stage.domain()}`
  const ids = await behind.insert(of, [{ email, changedAt: daysLater(0) }])
  return ids.map(remoteId => ({ object: contacts.object, remoteId }))
}

/** A person of a company, as the core asks for one. */
export function contactCreate(stage: Stage, of: Company): Change {
  const { contacts } = contactsOf(stage)
  const email = `person@${stage.domain()}`
  const { account } = contacts
  return {
    key: email,
    object: contacts.object,
    keyField: contacts.email,
    fields: {
      ...Object.fromEntries(contacts.nameFields.map(field => [field, email])),
      [contacts.email]: email,
      ...(account === undefined ? {} : { [account]: of.remoteId }),
    },
    associate: account === undefined ? [{ object: of.object, remoteId: of.remoteId }] : [],
  }
}

export function readLeads(
  stage: Stage,
  session: Session,
  asked: { companies?: readonly Company[]; keys?: readonly string[] },
): Promise<RemoteLead[]> {
  if (session.leads === undefined) throw new Error('capabilities.leads is there, and session.leads is not')
  const { companies = [], keys = [] } = asked
  return Array.fromAsync(session.leads({ companies, keys }, stage.hook()))
}

/** First attempts at notices about a company, whose bodies hold this text. */
export function noticesOf(
  stage: Stage,
  type: NoticeType,
  count: number,
  about: Company,
  body: string,
): Notice[] {
  return Array.from({ length: count }, () => {
    const id = `notice-${stage.domain()}`
    return noticeOf(stage, type, id, about, body)
  })
}

function noticeOf(stage: Stage, type: NoticeType, id: string, about: Company, body: string): Notice {
  const first = { id, mayExist: false }
  const record = { object: about.object, remoteId: about.remoteId }
  switch (type) {
    case 'task':
      return {
        ...first,
        type,
        record,
        subject: 'Kit',
        body,
        dueAt: new Date(Date.now() + DAY_MS),
        owner: stage.crm.owners?.active ?? null,
      }
    case 'note':
      return { ...first, type, record, subject: 'Kit', body, at: new Date() }
    case 'event':
      return { ...first, type, fields: eventFields(stage, id, body) }
  }
}

/** Every field that the event has; texts hold the body. */
function eventFields(stage: Stage, id: string, body: string): Extract<Notice, { type: 'event' }>['fields'] {
  const { event } = stage.connector.capabilities.notices
  if (event === undefined) throw new Error('the connector makes no events')
  const values = event.fields.map(field => [field.name, field.type === 'text' ? body : exampleOf(field)])
  return { ...Object.fromEntries(values), [event.key]: id }
}
