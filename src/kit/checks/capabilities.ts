import type { Capabilities, ContactCapability, LeadCapability, Session } from '../../contract/index.ts'
import * as beside from '../beside.ts'
import { keyOf } from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const match: Check = {
  id: 'capabilities',
  promise: 'the capabilities name what the session has and what the CRM knows',
  per: 'object',
  async run(stage) {
    const { connector, harness, subject, must } = stage
    const { capabilities } = connector
    mustAgree(stage, capabilities)
    const session = await stage.ready()
    must((session.bulk !== undefined) === harness.bulk, 'session.bulk is not what the harness says')
    const becomes = harness.subjects.some(one => one.becomes === true)
    must((session.becameOthers !== undefined) === becomes, 'becameOthers is not what the harness says')
    if (session.bulk !== undefined) {
      const { minChanges, maxChanges } = session.bulk
      must(minChanges >= 1 && minChanges <= maxChanges, `bulk of ${minChanges} to ${maxChanges} changes`)
    }
    const { maxBatch, maxConcurrent } = session.limits
    must(Number.isInteger(maxBatch) && maxBatch >= 1, `maxBatch is ${maxBatch}`)
    must(maxConcurrent >= 1, `maxConcurrent is ${maxConcurrent}`)
    await mustDescribe(stage, await session.describe(subject.object, stage.hook()))
  },
}

function mustAgree({ subject, must }: Stage, capabilities: Capabilities): void {
  const { objects, creates, idempotentCreates, readBy, alsoMatches, key } = capabilities
  const { object } = subject
  must(objects.includes(object), `${object} is not among the objects`)
  for (const one of creates) must(objects.includes(one), `${one} is created and no object`)
  for (const one of idempotentCreates)
    must(creates.includes(one), `${one} is idempotent and not among creates`)
  const by = readBy[object] ?? []
  for (const more of Object.values(alsoMatches[object] ?? {}).flat()) {
    must(by.includes(more), `alsoMatches names ${more}, which readBy does not`)
  }
  const own = key[object]
  must(own !== undefined && by.includes(own), 'records can not be read by the key')
}

async function mustDescribe(stage: Stage, fields: readonly { name: string }[]): Promise<void> {
  const { connector, subject, must } = stage
  const { readBy, owner, nameFields } = connector.capabilities
  const { object } = subject
  const known = new Set(fields.map(({ name }) => name))
  must(known.size === fields.length, 'describe names a field twice')
  const named = [...(readBy[object] ?? []), owner[object], ...(nameFields[object] ?? []), keyOf(stage)]
  for (const name of [...named, subject.note]) {
    if (name !== undefined) must(known.has(name), `describe does not know ${name}`)
  }
}

const besides: Check = {
  id: 'capabilities-beside',
  promise: 'the capabilities of leads, contacts and notices name what the session has and what the CRM knows',
  per: 'connector',
  async run(stage) {
    const { connector, must } = stage
    const { leads, contacts, notices } = connector.capabilities
    const session = await beside.readyBeside(stage)
    must((leads !== undefined) === (session.leads !== undefined), 'leads are only half there')
    must((contacts !== undefined) === (session.contacts !== undefined), 'contacts are only half there')
    const makes = Object.keys(notices).length > 0
    must(makes === (session.notify !== undefined), 'notices are only half there')
    const isAsked = leads !== undefined || notices.task !== undefined
    must(
      !isAsked || session.activeOwners !== undefined,
      'work is given to owners, and activeOwners is missing',
    )
    if (leads !== undefined) await mustKeepLeads(stage, session, leads)
    if (contacts !== undefined) await mustKeepContacts(stage, session, contacts)
    for (const { makes } of beside.noticeTypes(stage)) {
      await mustKnow(stage, session, makes.object, [makes.key, ...makes.fields.map(({ name }) => name)])
    }
  },
}

async function mustKeepLeads(stage: Stage, session: Session, leads: LeadCapability): Promise<void> {
  const { object, key, owner, nameFields, needsContact } = leads
  mustMake(stage, object, key)
  const hasContacts = stage.connector.capabilities.contacts !== undefined
  stage.must(!needsContact || hasContacts, 'leads need a contact, and the connector keeps none')
  await mustKnow(stage, session, object, [key, owner, ...nameFields])
}

async function mustKeepContacts(stage: Stage, session: Session, contacts: ContactCapability): Promise<void> {
  const { object, email, account, nameFields } = contacts
  mustMake(stage, object, email)
  const ofAccount = account === undefined ? [] : [account]
  await mustKnow(stage, session, object, [email, ...ofAccount, ...nameFields])
}

function mustMake({ connector, must }: Stage, object: string, by: string): void {
  const { creates, readBy } = connector.capabilities
  must(creates.includes(object), `${object} is not among creates`)
  must(readBy[object]?.includes(by) === true, `${object} can not be read by ${by}`)
}

async function mustKnow(
  stage: Stage,
  session: Session,
  object: string,
  names: readonly string[],
): Promise<void> {
  const known = new Set((await session.describe(object, stage.hook())).map(({ name }) => name))
  for (const name of names) stage.must(known.has(name), `describe does not know ${name} of ${object}`)
}

const open: Check = {
  id: 'open-asks-nothing',
  promise: 'open writes nothing, and asks nothing past call.request',
  per: 'connector',
  async run(stage) {
    const { object } = stage.subject
    await stage.insert({ [stage.subject.note]: 'there before' })
    const before = JSON.stringify(await stage.records())
    await stage.open()
    stage.must(stage.relay.requests() === 0, `${stage.relay.requests()} requests were made by open`)
    stage.must(JSON.stringify(await stage.records()) === before, `records of ${object} changed`)
  },
}

const account: Check = {
  id: 'account',
  promise: 'account tells whose records these are, the same in each session, by one request at most',
  per: 'connector',
  async run(stage) {
    const { must, relay } = stage
    const first = await stage.open()
    // What `open` asks has a check of its own.
    const opened = relay.requests()
    const told = await first.account(stage.hook())
    if (told === null) return must(false, 'account does not tell')
    must(told.id.trim() !== '' && told.name.trim() !== '', 'the id or the name is empty')
    const before = relay.requests()
    must(before - opened <= 1, `account made ${before - opened} requests`)
    const again = await first.account(stage.hook())
    must(relay.requests() === before, 'account asks anew in the same session')
    const other = await (await stage.open()).account(stage.hook())
    for (const one of [again, other]) must(one?.id === told.id, `the id ${told.id} became ${one?.id}`)
  },
}

const check: Check = {
  id: 'check',
  promise: 'check tells who we are, and finds no problem where there is none',
  per: 'object',
  async run(stage) {
    const { connector, subject, must } = stage
    const session = await stage.ready()
    const report = await session.check(
      {
        object: subject.object,
        creates: connector.capabilities.creates.includes(subject.object),
        fields: [subject.note, ...subject.wanted.map(({ name }) => name)],
        owners: [],
      },
      stage.hook(),
    )
    must(report.identity.trim() !== '', 'the identity is empty')
    for (const problem of report.problems) must(false, `problem ${problem.code}: ${problem.message}`)
  },
}

export const CAPABILITIES: readonly Check[] = [match, besides, open, account, check]
