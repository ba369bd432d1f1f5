import type { Call, Query, Result, Session } from '../contract/index.ts'
import * as beside from './beside.ts'
import { collected } from './bulk-job.ts'
import * as change from './changes.ts'
import { frozen } from './frozen.ts'
import type { Stage } from './stage.ts'

/** Everything that a session can do, once. What it answered, for whoever wants to look through it. */
export async function useEverything(stage: Stage, session: Session, call: Call): Promise<unknown[]> {
  const { connector, subject } = stage
  const { object, note, wanted } = subject
  const said: unknown[] = []
  if (connector.capabilities.schema) {
    said.push(await session.ensureSchema(object, wanted, { ...call, dryRun: true }))
    said.push(await session.ensureSchema(object, wanted, { ...call, dryRun: false }))
  }
  said.push(await session.check({ object, creates: change.creates(stage), owners: [] }, call))
  said.push(await session.describe(object, call))
  for (const query of await queries(stage)) {
    said.push(await session.estimate(query, call))
    said.push(await stage.read(session, query, [note], call))
  }
  for (const changes of await change.everyWay(stage, 3, 'written')) {
    said.push(await session.write(changes, call))
  }
  if (session.bulk !== undefined) said.push(await bulkOnce(stage, session, call))
  said.push(...(await useBeside(stage, session, call)))
  return said
}

/** What stands beside the records of accounts, once. Nothing that is handed over may be changed. */
export async function useBeside(stage: Stage, session: Session, call: Call): Promise<unknown[]> {
  const { leads, contacts } = stage.connector.capabilities
  const said: unknown[] = []
  if (stage.connector.capabilities.schema) {
    for (const [object, wanted] of frozen(beside.fieldsBeside(stage))) {
      said.push(await session.ensureSchema(object, wanted, { ...call, dryRun: false }))
    }
  }
  const company = await beside.company(stage)
  const companies = frozen([company])
  if (leads !== undefined && session.leads !== undefined) {
    const change = await beside.leadCreate(stage, company)
    said.push(await session.write(frozen([change]), call))
    said.push(await Array.fromAsync(session.leads(frozen({ companies, keys: [change.key] }), call)))
  }
  if (contacts !== undefined && session.contacts !== undefined) {
    said.push(await session.write(frozen([beside.contactCreate(stage, company)]), call))
    said.push(await Array.fromAsync(session.contacts(companies, frozen([contacts.email]), call)))
  }
  const { active, left } = stage.crm.owners ?? {}
  const owners = [active, left].filter(id => id !== undefined)
  if (owners.length > 0) said.push(await session.activeOwners?.(frozen(owners), call))
  for (const { type } of beside.noticeTypes(stage)) {
    const notices = beside.noticesOf(stage, type, 2, company, 'Body')
    said.push(await session.notify?.(frozen(notices), call))
    said.push(await session.notify?.(frozen(notices.map(notice => ({ ...notice, mayExist: true }))), call))
  }
  return said
}

async function queries(stage: Stage): Promise<Query[]> {
  const { object } = stage.subject
  const [by] = stage.connector.capabilities.readBy[object] ?? []
  return [
    { object, all: true },
    { object, ids: await stage.insert({}, {}) },
    { object, changedSince: new Date(0), unlinked: true },
    ...(by === undefined ? [] : [{ object, by, values: [stage.domain()] }]),
  ]
}

async function bulkOnce(stage: Stage, session: Session, call: Call): Promise<Result[] | string> {
  const { bulk } = session
  if (bulk === undefined) return 'no bulk'
  const changes = await change.updates(stage, 3, 'in bulk')
  const ticket = await bulk.open({ object: stage.subject.object, creates: false }, call)
  await bulk.send(ticket, changes, call)
  return collected(() => bulk, ticket, changes, call)
}
