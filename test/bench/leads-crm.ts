import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import { CREATE, CRM_FIELDS, mappingText } from '../project/crm-fields.ts'
import type { CrmName } from '../project/sandboxes.ts'
import { DESERVING, WITH_PERSON } from './leads-workload.ts'

/** A sandbox that the bench of leads reaches into. */
export interface LeadsCrm {
  name: CrmName
  env: Readonly<Record<string, string>>
  mapping: string
  needsPerson: boolean
  /** Keys of our leads. */
  keys(): string[]
  /** Each of our leads, as people end one: by turns closed and converted. */
  endLeads(): void
  addLeadsOfPeople(domains: readonly string[]): void
  /** Leads that were written after they were ended. */
  writtenAfterEnd(): number
  slowWrites(delayMs: number): void
  writes(): number
  calls(): number
  resetCounters(): void
  close(): Promise<void>
}

export const startLeadsCrm = (name: CrmName): Promise<LeadsCrm> =>
  name === 'hubspot' ? startHubSpot() : startSalesforce()

const mapping = (name: CrmName, leadField: string) =>
  mappingText(CRM_FIELDS[name], {
    values: ['stage'],
    lines: `${CREATE}
leads:
  when: { stage: [investigation, experimentation, ongoing_usage] }
  fields: [ ${leadField} ]`,
  })

async function startHubSpot(): Promise<LeadsCrm> {
  const { token, url, control, close } = await createHubSpotSandbox({
    unlimited: true,
    companies: DESERVING.map(domain => ({ name: domain, domain })),
  })
  const idOf = new Map(
    control.records('companies').map(({ id, properties }) => [properties.domain ?? '', id]),
  )
  const contacts = control.insertMany(
    'contacts',
    WITH_PERSON.map(domain => ({ email: `ada@${domain}` })),
  )
  control.associate(
    'contacts',
    'companies',
    contacts.map(({ id }, n) => ({ from: id, to: idOf.get(WITH_PERSON[n] ?? '') ?? '' })),
  )
  const ours = () => control.records('leads').filter(({ properties }) => properties.oql_lead_key)
  const ended = new Map<string, string>()
  return {
    name: 'hubspot',
    env: { HUBSPOT_TOKEN: token, HUBSPOT_BASE_URL: url },
    mapping: mapping('hubspot', '{ from: domain, to: hs_lead_name }'),
    needsPerson: true,
    keys: () => ours().map(({ properties }) => properties.oql_lead_key ?? ''),
    endLeads() {
      for (const [n, { id }] of ours().entries()) {
        const { properties } = control.closeLead(id, n % 2 === 0 ? 'unqualified' : 'qualified')
        ended.set(id, JSON.stringify(properties))
      }
    },
    addLeadsOfPeople(domains) {
      for (const domain of domains) {
        const { id } = control.insert('leads', { hs_lead_name: `Call ${domain}` })
        control.associate('leads', 'companies', [{ from: id, to: idOf.get(domain) ?? '' }])
      }
    },
    writtenAfterEnd: () =>
      [...ended].filter(([id, was]) => JSON.stringify(control.record('leads', id)?.properties) !== was)
        .length,
    slowWrites: delayMs =>
      control.fault({ trouble: { kind: 'slow', at: 'after_commit', delayMs }, kind: 'write', every: 1 }),
    writes: () => control.counters().write,
    calls: () => control.counters().total,
    resetCounters: control.resetCounters,
    close,
  }
}

async function startSalesforce(): Promise<LeadsCrm> {
  const { url, credentials, control, close } = await createSalesforceSandbox({
    unlimited: true,
    accounts: DESERVING.map(domain => ({ Name: domain, Website: domain })),
  })
  const ours = () => control.records('Lead').filter(({ fields }) => fields.OQL_Lead_Key__c)
  const ended = new Map<string, string>()
  return {
    name: 'salesforce',
    env: {
      SF_LOGIN_URL: url,
      SF_CLIENT_ID: credentials.clientId,
      SF_CLIENT_SECRET: credentials.clientSecret,
    },
    mapping: mapping('salesforce', '{ from: stage, to: OQL_Stage__c }'),
    needsPerson: false,
    keys: () => ours().map(({ fields }) => String(fields.OQL_Lead_Key__c)),
    endLeads() {
      for (const [n, { id }] of ours().entries()) {
        if (n % 2 === 0) control.update('Lead', id, { Status: 'Closed - Not Converted' })
        else control.convertLead(id)
        ended.set(id, JSON.stringify(control.record('Lead', id)?.fields))
      }
    },
    addLeadsOfPeople(domains) {
      for (const domain of domains) control.insert('Lead', { Company: domain, LastName: 'Doe' })
    },
    writtenAfterEnd: () =>
      [...ended].filter(([id, was]) => JSON.stringify(control.record('Lead', id)?.fields) !== was).length,
    slowWrites: delayMs =>
      control.fault({ trouble: { kind: 'slow', at: 'after_commit', delayMs }, kind: 'write', every: 1 }),
    writes: () => control.counters().write,
    calls: () => control.counters().total,
    resetCounters: control.resetCounters,
    close,
  }
}
