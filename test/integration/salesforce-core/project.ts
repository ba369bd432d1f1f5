import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { CREATE, CRM_FIELDS, mappingText } from '../../project/crm-fields.ts'
import {
  type OrgSetting,
  type SalesforceProject,
  salesforceProject,
} from '../../project/salesforce-project.ts'
import { type Crm, newCrm } from '../../reference-connector/crm.ts'

export { CREATE }

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts')
const REFERENCE = import.meta.resolve('../../reference-connector/index.ts')

/** As `OrgSetting`; lines of the connector's own config are `options`, and records are made where a mapping says so. */
export interface Setting extends Pick<OrgSetting, 'org' | 'mapping' | 'fields' | 'match' | 'store'> {
  options?: string
  /** A second connector, to a CRM in memory. */
  other?: boolean
}

/** As `SalesforceProject`, by the names that the tests here have. */
export interface Project
  extends Pick<SalesforceProject, 'use' | 'sync' | 'plan' | 'setup' | 'revert' | 'loseState' | 'inState'> {
  org: SalesforceProject['crm']
  /** The second CRM. */
  other: Crm
  crm: SalesforceProject['run']
  configure(setting: Setting): Promise<void>
  check(): Promise<Awaited<ReturnType<SalesforceProject['check']>>['problems']>
  /** Runs it in a process of its own, which `kill` ends at once. */
  child(asOf?: string): { kill(): void; ended: Promise<void> }
}

const OWN = z.record(z.string(), z.unknown()).nullable()
const settingOf = ({ options, other: _, ...setting }: Setting): OrgSetting => ({
  ...setting,
  ...(options === undefined ? {} : { own: OWN.parse(parse(options)) ?? {} }),
})

export async function newProject(setting: Setting = {}): Promise<Project> {
  const otherName = randomUUID()
  const mapping = mappingText(CRM_FIELDS.reference, { values: ['stage'], lines: CREATE })
  const second = { use: REFERENCE, config: { crm: otherName }, mapping }
  // The CRM must be there when its connector is opened, and go by the org's clock.
  let now = () => Date.now()
  const other = newCrm(otherName, () => now())
  const project = await salesforceProject({
    mapping: '',
    ...settingOf(setting),
    others: setting.other === true ? { other: second } : {},
  })
  const { crm: org } = project
  now = () => org.now().getTime()
  return {
    ...project,
    org,
    other,
    crm: project.run,
    configure: next => project.configure(settingOf(next)),
    check: async () => (await project.check()).problems,
    child: (asOf = '2026-11-24') => inChild(project.file, asOf),
  }
}

function inChild(config: string, asOf: string): { kill(): void; ended: Promise<void> } {
  const args = [MAIN, 'sync', '--yes', '--as-of', asOf, '--config', config, '--json']
  const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = once(child, 'exit').then(() => undefined)
  return { kill: () => child.kill('SIGKILL'), ended }
}
