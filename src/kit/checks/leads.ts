import type { Change, Company, RemoteLead, Result, Session } from '../../contract/index.ts'
import * as beside from '../beside.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const has: Check['applies'] = ({ capabilities }) => capabilities.leads !== undefined

const found = (leads: readonly RemoteLead[], remoteId: string): RemoteLead[] =>
  leads.filter(lead => lead.remoteId === remoteId)

const idOf = (result: Result | undefined): string =>
  result === undefined || result.status === 'failed' ? '' : result.remoteId

/** The lead is among those yielded, and each time as it must be. */
function mustBe(
  stage: Stage,
  leads: readonly RemoteLead[],
  wanted: Pick<RemoteLead, 'remoteId' | 'key' | 'state'>,
  of: string,
): void {
  const same = found(leads, wanted.remoteId)
  stage.must(same.length > 0, `${of}: the lead is not yielded`)
  for (const { key, state, closedAt } of same) {
    stage.must(key === wanted.key, `${of}: its key is ${key}, not ${wanted.key}`)
    stage.must(state === wanted.state, `${of}: it is ${state}, not ${wanted.state}`)
    const isDated = state === 'open' ? closedAt === null : isMoment(closedAt)
    stage.must(isDated, `${of}: it is ${state}, and closedAt is ${closedAt}`)
  }
}

const isMoment = (at: Date | null): boolean => at instanceof Date && !Number.isNaN(at.getTime())

/** It is told of the company that it belongs to. */
function mustBelong(
  stage: Stage,
  leads: readonly RemoteLead[],
  remoteId: string,
  to: string,
  of: string,
): void {
  const companies = found(leads, remoteId).map(({ company }) => company)
  stage.must(companies.includes(to), `${of}: the lead is said to be of [${companies}], not of ${to}`)
}

const made: Check = {
  id: 'lead-made',
  promise: 'a lead is made with its key beside its company, and found by the key and by the company',
  per: 'connector',
  applies: has,
  async run(stage) {
    const session = await beside.readyBeside(stage)
    const companies = await beside.companies(stage, 3)
    const asked = new Map<Company, Change>()
    for (const company of companies) asked.set(company, await beside.leadCreate(stage, company))
    const changes = [...asked.values()]
    const results = await session.write(changes, stage.hook())
    change.mustAnswerAll(stage, changes, results, 'create')
    for (const [company, { key }] of asked) {
      await mustBeFound(stage, session, { company, key, result: change.resultOf(results, key) })
    }
    const none = await beside.readLeads(stage, session, { keys: ['nobody.example#1'] })
    stage.must(
      none.every(({ key }) => key !== 'nobody.example#1'),
      'a lead of a key that no lead has',
    )
  },
}

async function mustBeFound(
  stage: Stage,
  session: Session,
  { company, key, result }: { company: Company; key: string; result: Result | undefined },
): Promise<void> {
  stage.must(result?.status === 'created', `${key} is new, and is ${change.said(result)}`)
  const wanted = { remoteId: idOf(result), key, state: 'open' } as const
  mustBe(stage, await beside.readLeads(stage, session, { keys: [key] }), wanted, 'by key')
  const ofCompany = await beside.readLeads(stage, session, { companies: [company] })
  mustBe(stage, ofCompany, wanted, 'by company')
  mustBelong(stage, ofCompany, wanted.remoteId, company.remoteId, 'by company')
}

const ofPeople: Check = {
  id: 'leads-of-people',
  promise: 'every lead that people made at a company is yielded, without a key, past one page as well',
  per: 'connector',
  applies: has,
  async run(stage) {
    const { behind } = beside.leadsOf(stage)
    const session = await beside.readyBeside(stage)
    const companies = await beside.companies(stage, stage.harness.pastOnePage)
    const ids = await behind.insert(companies)
    const leads = await beside.readLeads(stage, session, { companies })
    const byId = new Map(leads.map(lead => [lead.remoteId, lead]))
    const missing = ids.filter(id => !byId.has(id)).length
    stage.must(missing === 0, `${missing} of ${ids.length} leads are missing`)
    const keyed = ids.filter(id => (byId.get(id)?.key ?? null) !== null).length
    stage.must(keyed === 0, `${keyed} leads of people have a key`)
    const [first = ''] = ids
    if (byId.has(first)) mustBe(stage, leads, { remoteId: first, key: null, state: 'open' }, 'of people')
    mustBelong(stage, leads, first, companies[0]?.remoteId ?? '', 'of people')
  },
}

const ended: Check = {
  id: 'leads-ended',
  promise: 'a lead that was closed or converted says so, and when',
  per: 'connector',
  applies: has,
  async run(stage) {
    const { behind } = beside.leadsOf(stage)
    const session = await beside.readyBeside(stage)
    for (const how of ['closed', 'converted'] as const) {
      const companies = await beside.companies(stage, 2)
      const [ofUs, ofThem] = companies
      if (ofUs === undefined || ofThem === undefined) throw new Error('the harness inserted nothing')
      const ours = await beside.leadCreate(stage, ofUs)
      const results = await session.write([ours], stage.hook())
      const [theirs = ''] = await behind.insert([ofThem])
      const own = idOf(results[0])
      await behind.end(own, how)
      await behind.end(theirs, how)
      const leads = await beside.readLeads(stage, session, { companies, keys: [ours.key] })
      mustBe(stage, leads, { remoteId: own, key: ours.key, state: how }, `ours, ${how}`)
      mustBe(stage, leads, { remoteId: theirs, key: null, state: how }, `of people, ${how}`)
    }
  },
}

const replayed: Check = {
  id: 'lead-replayed',
  promise: 'a lead whose create lost its answer is found by its key, so that no second one is made',
  per: 'connector',
  applies: has,
  async run(stage) {
    for (const carried of [true, false]) {
      const session = await beside.readyBeside(stage)
      const companies = await beside.companies(stage, 3)
      const changes = await Promise.all(companies.map(company => beside.leadCreate(stage, company)))
      stage.relay.strike({ how: 'reset', carried, kind: 'write' })
      const lost = await session.write(changes, stage.hook())
      stage.relay.calm()
      for (const { key } of changes) {
        const said = change.said(change.resultOf(lost, key))
        stage.must(said === 'unknown_outcome', `${key}: its answer was lost, and it is ${said}`)
      }
      // The core's next run is another process.
      await writeMissing(stage, await stage.open(), changes)
      await mustBeOnce(stage, changes, carried ? 'carried out' : 'not carried out')
    }
  },
}

/** What the core does after a lost answer: it looks, unless the CRM makes no second one by itself. */
async function writeMissing(stage: Stage, session: Session, changes: readonly Change[]): Promise<void> {
  const { leads } = beside.leadsOf(stage)
  const isIdempotent = stage.connector.capabilities.idempotentCreates.includes(leads.object)
  const keys = changes.map(({ key }) => key)
  const there = isIdempotent ? [] : await beside.readLeads(stage, session, { keys })
  const known = new Set(there.map(({ key }) => key))
  const missing = changes.filter(({ key }) => !known.has(key))
  const results = await session.write(missing, stage.hook())
  change.mustAnswerAll(stage, missing, results, 'sent again')
  for (const { key } of missing) {
    const result = change.resultOf(results, key)
    stage.must(change.isDone(result), `sent again: ${key} is ${change.said(result)}`)
  }
}

async function mustBeOnce(stage: Stage, changes: readonly Change[], of: string): Promise<void> {
  const { leads } = beside.leadsOf(stage)
  const records = await stage.crm.records(leads.object)
  for (const { key } of changes) {
    const count = records.filter(record => change.textIn(record, leads.key) === key).length
    stage.must(count === 1, `${of}: ${key} is there ${count} times`)
  }
}

export const LEADS: readonly Check[] = [made, ofPeople, ended, replayed]
