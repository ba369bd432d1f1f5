import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createHubSpotSandbox } from '../../../connectors/hubspot/sandbox/index.ts'
import { createSalesforceSandbox } from '../../../connectors/salesforce/sandbox/index.ts'
import { type Config, loadConfig, shippedFile } from '../../../src/config/index.ts'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { openConnector } from '../../../src/delivery/open-connector.ts'
import { type Comparison, compare } from '../../../src/run/compare.ts'
import { setup } from '../../../src/run/setup.ts'
import type { RunSurroundings } from '../../../src/run/surroundings.ts'

export const CRMS = ['hubspot', 'salesforce'] as const
export type CrmName = (typeof CRMS)[number]

/** What hosted Scarf's users made by hand (facts/scarf.md): name in HubSpot → type. */
const SCARF_FIELDS = {
  scarf_company_name: 'text',
  scarf_company_domain: 'text',
  scarf_first_seen: 'date',
  scarf_last_seen: 'date',
  scarf_last_updated: 'datetime',
  scarf_funnel_stage: 'text',
  scarf_total_events_last_30_days: 'number',
  scarf_total_unique_sources_last_30_days: 'number',
  scarf_total_events_mom: 'number',
  scarf_total_events_wow: 'number',
  scarf_total_unique_sources_mom: 'number',
  scarf_total_unique_sources_wow: 'number',
} as const
export type ScarfField = keyof typeof SCARF_FIELDS

const SALESFORCE_ENDINGS: Readonly<Record<string, string>> = { mom: 'MoM', wow: 'WoW' }

/** The same field in Salesforce: `Scarf_total_events_MoM__c`. */
const inSalesforce = (name: string): string =>
  `${name.replace(/^s/, 'S').replace(/(?<=_)(mom|wow)$/, ending => SALESFORCE_ENDINGS[ending] ?? ending)}__c`

const NAMES = {
  hubspot: { object: 'companies', key: 'oql_domain', named: (field: ScarfField): string => field },
  salesforce: {
    object: 'Account',
    key: 'OQL_Domain__c',
    named: inSalesforce as (field: ScarfField) => string,
  },
} as const

type Cell = string | number | boolean | null

interface Crm {
  object: string
  /** The field that carries the account's domain. */
  key: string
  /** A field of Scarf's, by its name in HubSpot. */
  named(field: ScarfField): string
  /** As a person or Scarf would make it. */
  insert(name: string, domain: string, scarf?: Partial<Record<ScarfField, string>>): string
  record(id: string): Readonly<Record<string, Cell>>
  counts(): { read: number; write: number }
}

export interface ScarfProject {
  crm: Crm
  signals(text: string): Promise<void>
  /** @param mapping a shipped one, `hubspot.scarf` say; @param over what the connector has beside it */
  configure(mapping: string, over?: { only?: object; config?: object }): Promise<void>
  /** Makes Scarf's fields, some of another type where a test says so. */
  makeScarfFields(over?: Partial<Record<ScarfField, FieldSpec['type']>>): Promise<void>
  run(asOf: string): RunSurroundings
  setup(): Promise<unknown>
  compare(asOf: string): Promise<Comparison>
}

/** A project with one connector, to a sandbox over HTTP that has nothing of ours yet. */
export async function newScarfProject(name: CrmName): Promise<ScarfProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-scarf-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { crm, own } = await (name === 'hubspot' ? hubspot() : salesforce())
  let config: Config | null = null
  const run = (asOf: string): RunSurroundings => {
    if (config === null) throw new Error('configure comes first')
    return {
      config,
      model: config.model,
      asOf: new Date(asOf),
      clock: { now: () => Date.parse('2026-12-31'), sleep: async () => undefined },
      log: pino({ level: 'silent' }),
      signal: new AbortController().signal,
      progress: () => undefined,
    }
  }
  const entries = () => Object.values(run('2026-06-01').config.connectors)
  return {
    crm,
    run,
    signals: text => writeFile(path.join(folder, 'signals.csv'), text),
    async configure(mapping, over = {}) {
      const file = path.join(folder, 'config', 'oql.yaml')
      await mkdir(path.dirname(file), { recursive: true })
      const entry = {
        use: name,
        mapping: shippedFile(`mappings/${mapping}.yaml`),
        ...over,
        config: { ...own, ...over.config },
      }
      await writeFile(
        file,
        `version: 1
store: { sources: [{ name: signals, type: files, format: canonical, path: ../*.csv }] }
data: ../data
state: { url: "sqlite:../state.db" }
segments: { pilot: { domain: [acme.com] } }
connectors: ${JSON.stringify({ crm: entry })}
`,
      )
      config = await loadConfig(file, {})
    },
    async makeScarfFields(over = {}) {
      const [entry] = entries()
      if (entry === undefined) throw new Error('the config has a connector')
      const connector = await openConnector(entry, run('2026-06-01'))
      const wanted = Object.entries({ ...SCARF_FIELDS, ...over }).map(([field, type]): FieldSpec => {
        const named = name === 'hubspot' ? field : inSalesforce(field)
        const numeric = type === 'number' ? { scale: 4 } : {}
        return { name: named, label: named.replaceAll('_', ' '), description: 'Of Scarf', type, ...numeric }
      })
      await connector.session.ensureSchema(crm.object, wanted, { ...connector.call, dryRun: false })
      await connector.session.close()
    },
    setup: () => Promise.all(entries().map(entry => setup(run('2026-06-01'), entry, { dryRun: false }))),
    compare: asOf => compare(run(asOf), entries(), 'scarf'),
  }
}

async function hubspot(): Promise<{ crm: Crm; own: object }> {
  const { url, token, control, close } = await createHubSpotSandbox({ unlimited: true })
  onTestFinished(close)
  const { object, key, named } = NAMES.hubspot
  return {
    own: { token, base_url: url },
    crm: {
      object,
      key,
      named,
      insert: (name, domain, scarf = {}) => control.insert(object, { name, domain, ...scarf }).id,
      record: id => control.record(object, id)?.properties ?? {},
      counts: () => control.counters(),
    },
  }
}

async function salesforce(): Promise<{ crm: Crm; own: object }> {
  const { url, credentials, control, close } = await createSalesforceSandbox({ unlimited: true })
  onTestFinished(close)
  const { object, key, named } = NAMES.salesforce
  const { clientId: client_id, clientSecret: client_secret } = credentials
  return {
    own: { login_url: url, auth: { type: 'client_credentials', client_id, client_secret } },
    crm: {
      object,
      key,
      named,
      insert: (name, domain, scarf = {}) => {
        const fields = Object.entries(scarf).map(([field, value]) => [inSalesforce(field), value])
        return control.insert(object, { Name: name, Website: domain, ...Object.fromEntries(fields) }).id
      },
      record: id => control.record(object, id)?.fields ?? {},
      counts: () => control.counters(),
    },
  }
}
