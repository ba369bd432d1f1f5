import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { openConnector } from '../../../src/delivery/session/open-connector.ts'
import { type Comparison, compare } from '../../../src/run/compare/compare.ts'
import { stillClock } from '../../project/clocks.ts'
import { type EitherCrm, startEither } from '../../project/either-crm.ts'
import { newProject, type Project } from '../../project/new-project.ts'
import type { CrmName } from '../../project/sandboxes.ts'

export const CRMS = ['hubspot', 'salesforce'] as const

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

const named = { hubspot: (field: string): string => field, salesforce: inSalesforce }

interface Crm extends Pick<EitherCrm, 'object' | 'key' | 'counts'> {
  /** A field of Scarf's, by its name in HubSpot. */
  named(field: ScarfField): string
  /** As a person or Scarf would make it. */
  insert(name: string, domain: string, scarf?: Partial<Record<ScarfField, string>>): string
  /** What is set of it. */
  record(id: string): Readonly<Record<string, string | number | boolean>>
}

export interface ScarfProject {
  crm: Crm
  signals(text: string): Promise<void>
  /** @param mapping a shipped one, `hubspot.scarf` say; @param over what the connector has beside it */
  configure(mapping: string, over?: { only?: object; config?: object }): Promise<void>
  /** Makes Scarf's fields, some of another type where a test says so. */
  makeScarfFields(over?: Partial<Record<ScarfField, FieldSpec['type']>>): Promise<void>
  run: Project['surroundings']
  setup: Project['setup']
  compare(asOf: string): Promise<Comparison>
}

/** A project with one connector, to a sandbox over HTTP that has nothing of ours yet. */
export async function newScarfProject(name: CrmName): Promise<ScarfProject> {
  const { control, config } = await startEither(name)
  const crm = withScarf(control, named[name])
  const clock = stillClock(new Date('2026-12-31'))
  const project = await newProject({ connectors: {} }, { clock, asOf: '2026-06-01' })
  return {
    crm,
    run: project.surroundings,
    setup: project.setup,
    signals: text => writeFile(path.join(project.folder, 'signals.csv'), text),
    configure: (mapping, { only, config: over } = {}) =>
      project.configure({
        main: 'segments: { pilot: { domain: [acme.com] } }',
        connectors: {
          crm: {
            use: name,
            config: { ...config, ...over },
            mapping: { file: shippedFile(`mappings/${mapping}.yaml`) },
            lines: only && `    only: ${JSON.stringify(only)}`,
          },
        },
      }),
    async makeScarfFields(over = {}) {
      const connector = await openConnector(project.entry(), project.surroundings())
      const wanted = Object.entries({ ...SCARF_FIELDS, ...over }).map(([field, type]): FieldSpec => {
        const label = named[name](field)
        const numeric = type === 'number' ? { scale: 4 } : {}
        return { name: label, label: label.replaceAll('_', ' '), description: 'Of Scarf', type, ...numeric }
      })
      await connector.session.ensureSchema(crm.object, wanted, { ...connector.call, dryRun: false })
      await connector.session.close()
    },
    compare: asOf => compare(project.surroundings(asOf), [project.entry()], 'scarf'),
  }
}

/** The CRM with what is Scarf's by its names there. */
const withScarf = (crm: EitherCrm, named: (field: string) => string): Crm => ({
  ...crm,
  named,
  insert(name, domain, scarf = {}) {
    const fields = Object.entries(scarf).map(([field, value]) => [named(field), value])
    return crm.insert({ [crm.name]: name, [crm.website]: domain, ...Object.fromEntries(fields) })
  },
  record: id => crm.records().get(id) ?? {},
})
