import type { PlannedChange } from '../../../src/domain/planned-change.ts'
import { planRevert, type RevertReport } from '../../../src/run/revert.ts'
import { setup } from '../../../src/run/setup/setup.ts'
import type { RunSurroundings } from '../../../src/run/surroundings.ts'
import { stillClock } from '../../project/clocks.ts'
import { CREATE, CRM_FIELDS, mappingText } from '../../project/crm-fields.ts'
import { type EitherCrm, startEither } from '../../project/either-crm.ts'
import { newProject, type Project } from '../../project/new-project.ts'
import type { CrmName } from '../../project/sandboxes.ts'

export const CRMS = ['hubspot', 'salesforce'] as const

/** What a project may say beside its mapping. */
interface More {
  /** When records are made: for everybody, unless it says otherwise. */
  create?: string
  /** Lines of the connector's entry. */
  entry?: string
  /** What stands under `match`. */
  match?: string
}

export interface SandboxProject
  extends Pick<Project, 'folder' | 'surroundings' | 'setup' | 'sync' | 'plan' | 'inState'> {
  crm: EitherCrm
  /** Another account of the same CRM, which the config leads to from now on. */
  another(mapping?: string): Promise<EitherCrm>
  /** @param mapping lines after `fields` */
  configure(mapping: string, more?: More): Promise<void>
  signals(day: string, ...domains: string[]): Promise<void>
  revert(runId: string, over?: Partial<RunSurroundings>): Promise<RevertReport>
  planRevert(runId: string): Promise<{ report: RevertReport; changes: PlannedChange[] }>
}

export const NOW = new Date('2026-12-31T00:00:00Z')
const VALUES = ['stage', 'score', 'reason']
/** When a run is put back. */
const LATER = '2026-12-30'

/**
 * A project with one connector, to a sandbox over HTTP whose fields are set up.
 * @param options of the connector's own config
 */
export async function newSandboxProject(
  name: CrmName,
  options: Readonly<Record<string, unknown>> = {},
): Promise<SandboxProject> {
  const first = await startEither(name)
  let { config } = first
  const text = (mapping: string, { create = CREATE, entry, match }: More = {}) => {
    const least = mappingText(CRM_FIELDS[name], { values: VALUES, lines: create, matchAll: match })
    const crm = {
      use: name,
      config: { ...config, ...options },
      mapping: `${least}${mapping}\n`,
      lines: entry,
    }
    return { connectors: { crm } }
  }
  const project = await newProject(text(''), { clock: stillClock(NOW), asOf: '2026-06-01' })
  await project.setup()
  return {
    ...project,
    crm: first.control,
    async another(mapping = '') {
      const other = await startEither(name, 'another')
      config = other.config
      await project.configure(text(mapping))
      // Its fields are there: only whose account it is stands in the way.
      const elsewhere = { ...project.config(), state: { ...project.config().state, url: 'sqlite::memory:' } }
      await setup(project.surroundings(undefined, { config: elsewhere }), project.entry(), { dryRun: false })
      other.control.resetCounts()
      return other.control
    },
    configure: (mapping, more) => project.configure(text(mapping, more)),
    signals: async (day, ...domains) =>
      void (await project.use({ day, domains, actor: '', name: domain => domain })),
    revert: (runId, over) => project.revert(runId, LATER, over),
    async planRevert(runId) {
      const planned = await planRevert(project.surroundings(LATER), runId)
      const changes = await Array.fromAsync(planned.changes())
      await planned.close()
      return { report: planned.report, changes }
    },
  }
}
