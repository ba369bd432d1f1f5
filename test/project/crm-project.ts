import type { ConnectorReport } from '../../src/delivery/connector-report.ts'
import { CREATE, CRM_FIELDS, mappingText } from './crm-fields.ts'
import {
  newProject,
  type Project,
  type ProjectOptions,
  plannedFor,
  type RunOptions,
  reportOf,
  setUp,
} from './new-project.ts'
import type { CrmName, TestSandbox } from './sandboxes.ts'
import type { Uses } from './uses.ts'
import type { ConnectorEntry } from './write-config.ts'

/** What a test says of its config. */
export interface CrmSetting {
  /** Lines of the mapping beside `object`, `match` and `fields`: makes a record for everybody when left out. */
  mapping?: string
  /** Lines of `match` beside `by`. */
  match?: string
  /** Lines of the mapping's `fields`. */
  fields?: string
  /** Lines of the connector's entry. */
  entry?: string
  /** Of the connector's own config. */
  own?: Readonly<Record<string, unknown>>
  /** Lines of `store`. */
  store?: string
}

/** A sandbox over HTTP with our fields, signals, a state on disk: what a run has. */
export interface CrmProject<Control>
  extends Pick<
    Project,
    'file' | 'sync' | 'revert' | 'check' | 'setup' | 'entry' | 'loseState' | 'inState' | 'surroundings'
  > {
  crm: Control
  /** Uses by these companies, on 1 November: they call for investigation on the 24th, where commands stand. */
  use(domains: readonly string[], how?: Partial<Omit<Uses, 'domains'>>): Promise<void>
  /** What is not said stays as it was at the start. */
  configure(setting: CrmSetting): Promise<void>
  /** What the report of a sync says of this CRM. */
  run(asOf?: string, options?: RunOptions): Promise<ConnectorReport>
  /** What a plan says of it. */
  plan(asOf?: string): Promise<ConnectorReport>
}

const AS_OF = '2026-11-24'
const USED_ON = '2026-11-01'

/** What a project of one CRM is made from. */
export interface CrmParts<Control> extends TestSandbox<Control> {
  name: CrmName
  clock: ProjectOptions['clock']
  /** Connectors beside it. */
  others?: Readonly<Record<string, ConnectorEntry>>
  /** Whether a test means that this object can't be set up. */
  isMeant?: (object: string) => boolean
}

/** The CRM has our fields, and has counted no calls yet. */
export async function crmProject<Control extends { resetCounters(): void }>(
  { name, control, config, clock, others = {}, isMeant }: CrmParts<Control>,
  first: CrmSetting,
): Promise<CrmProject<Control>> {
  const text = ({ mapping, match, fields, entry, own, store }: CrmSetting) => ({
    store,
    connectors: {
      [name]: {
        use: name,
        config: { ...config, ...own },
        mapping: mappingText(CRM_FIELDS[name], {
          values: ['stage', 'score'],
          lines: mapping ?? CREATE,
          match,
          fields,
        }),
        lines: entry,
      },
      ...others,
    },
  })
  const project = await newProject(text(first), { clock, asOf: AS_OF })
  await setUp(project, control, isMeant)
  return {
    ...project,
    crm: control,
    use: async (domains, how) => void (await project.use({ day: USED_ON, domains, ...how })),
    configure: setting => project.configure(text({ ...first, ...setting })),
    run: async (asOf, options) => reportOf(await project.sync(asOf, options), name),
    plan: asOf => plannedFor(project.plan(asOf), name),
  }
}
