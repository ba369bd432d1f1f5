import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import type { RunReport } from '../../../src/run/sync/report.ts'
import type { State } from '../../../src/state/state.ts'
import { CREATE } from '../../project/crm-fields.ts'
import { hubSpotProject } from '../../project/hubspot-project.ts'
import { salesforceProject } from '../../project/salesforce-project.ts'

/** Of the CRM, so that a per cent of it is one call. */
const DAILY_CALLS = 100

const DAY_MS = 86_400_000
const MORNING_MS = 6 * 3_600_000

/** A project whose CRM answers so many calls a day, whichever CRM it is. */
export interface Place {
  name: 'hubspot' | 'salesforce'
  /** Records in one write. */
  batch: number
  /** Domain → stage and score of the CRM's record. */
  records(): Map<string, { stage: string; score: number }>
  /** Calls that reached the CRM since the last time that this was asked. */
  calls(): number
  /** Calls of our own that the config allows each day; null for all. */
  allow(calls: number | null, mapping?: string): Promise<void>
  use(domains: readonly string[], days: readonly string[], times?: number): Promise<void>
  sync(asOf: string): Promise<RunReport>
  run(asOf: string): Promise<ConnectorReport>
  plan(asOf: string): Promise<ConnectorReport>
  nextDay(): void
  /** Others stand there, too many to be read in a day. */
  makeLarge(): void
  /** A mapping that makes leads. */
  withLeads: string
  leadKeys(): unknown[]
  /** Calls that a plan of leads prices higher than they come, and two more: so that some leads are left out. */
  estimatedTooMuch: number
  /** Gives every record somebody whom a lead can go to, where a lead needs one. */
  befriend(): void
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

const withLeads = (field: string) =>
  `${CREATE}\nleads: { when: { stage: investigation }, fields: [ ${field} ] }`

const budget = (calls: number | null) => (calls === null ? '' : `    budget: ${calls}%`)

export async function hubspotPlace(): Promise<Place> {
  const limits = { perDay: DAILY_CALLS, perTenSeconds: 1_000, searchesPerSecond: 1_000 }
  const project = await hubSpotProject({
    mapping: withLeads('{ from: domain, to: hs_lead_name }'),
    portal: { limits },
  })
  project.clock.advance(DAY_MS)
  return {
    ...project,
    name: 'hubspot',
    batch: 100,
    records: () =>
      new Map(
        project.crm
          .records('companies')
          .map(({ properties: { domain = '', oql_stage: stage = '', oql_score: score } }) => [
            domain,
            { stage, score: Number(score) },
          ]),
      ),
    calls() {
      const { total } = project.crm.counters()
      project.crm.resetCounters()
      return total
    },
    allow: (calls, mapping = CREATE) => project.configure({ entry: budget(calls), mapping }),
    async use(domains, days, times = 1) {
      for (const day of days) await project.use(domains, { day, times })
    },
    nextDay: () => project.clock.advance(DAY_MS),
    makeLarge() {
      const others = Array.from({ length: 3_000 }, (_, n) => ({
        name: `Other ${n}`,
        domain: `other-${n}.example.net`,
      }))
      project.crm.insertMany(
        'companies',
        others.map(other => ({ ...other, createdate: '2020-01-01T00:00:00Z' })),
      )
    },
    withLeads: withLeads('{ from: domain, to: hs_lead_name }'),
    leadKeys: () => project.crm.records('leads').map(({ properties }) => properties.oql_lead_key),
    estimatedTooMuch: 0,
    befriend() {
      const companies = project.crm.records('companies')
      const contacts = project.crm.insertMany(
        'contacts',
        companies.map(({ properties }) => ({ email: `ada@${properties.domain}` })),
      )
      const pairs = contacts.map(({ id: from }, n) => ({ from, to: companies[n]?.id ?? '' }))
      project.crm.associate('contacts', 'companies', pairs)
    },
  }
}

export async function salesforcePlace(): Promise<Place> {
  const project = await salesforceProject({
    mapping: withLeads('{ from: stage, to: OQL_Stage__c }'),
    org: { unlimited: false, dailyCalls: DAILY_CALLS },
  })
  const { crm: org } = project
  // Far from midnight, and another day than that of the setup.
  org.advance(2 * DAY_MS - (org.now().getTime() % DAY_MS) + MORNING_MS)
  return {
    name: 'salesforce',
    batch: 200,
    records: () =>
      new Map(
        org
          .records('Account')
          .map(({ fields }) => [
            String(fields.OQL_Domain__c),
            { stage: String(fields.OQL_Stage__c), score: Number(fields.OQL_Score__c) },
          ]),
      ),
    calls() {
      const { total } = org.counters()
      org.resetCounters()
      return total
    },
    allow: (calls, mapping = CREATE) => project.configure({ entry: budget(calls), mapping }),
    async use(domains, days, times = 1) {
      for (const day of days) await project.use(domains, { day, times })
    },
    sync: project.sync,
    run: project.run,
    plan: project.plan,
    nextDay: () => org.advance(DAY_MS),
    makeLarge() {
      const others = Array.from({ length: 30_000 }, (_, n) => ({
        Name: `Other ${n}`,
        Website: `other-${n}.example.net`,
        CreatedDate: '2020-01-01T00:00:00Z',
      }))
      org.insertMany('Account', others)
    },
    inState: project.inState,
    withLeads: withLeads('{ from: stage, to: OQL_Stage__c }'),
    leadKeys: () => org.records('Lead').map(({ fields }) => fields.OQL_Lead_Key__c),
    estimatedTooMuch: 2,
    befriend: () => undefined,
  }
}
