import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import {
  createSalesforceSandbox,
  type SalesforceSandbox,
  type SalesforceSandboxOptions,
} from '../../../connectors/salesforce/sandbox/index.ts'
import { type Config, loadConfig } from '../../../src/config/index.ts'
import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import { check } from '../../../src/run/check.ts'
import type { Finding } from '../../../src/run/finding.ts'
import { plan } from '../../../src/run/plan.ts'
import type { RunReport } from '../../../src/run/report.ts'
import { revert } from '../../../src/run/revert.ts'
import { setup } from '../../../src/run/setup.ts'
import { sync } from '../../../src/run/sync.ts'
import { openState, type State } from '../../../src/state/state.ts'
import { type Crm, newCrm } from '../../reference-connector/crm.ts'

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts')
const REFERENCE = import.meta.resolve('../../reference-connector/index.ts')

/** Every command stands at this moment: what was used on 1 November calls for investigation. */
const AS_OF = '2026-11-24'
const USED_ON = '2026-11-01'

export interface Setting {
  /** Of the sandbox. */
  org?: SalesforceSandboxOptions
  /** Lines of the connector's own config. */
  options?: string
  /** Lines of the mapping beside `object` and `match`. */
  mapping?: string
  fields?: string
  match?: string
  /** Lines of `store`. */
  store?: string
  /** A second connector, to a CRM in memory. */
  other?: boolean
}

/** A Salesforce org with our fields, signals, a state on disk: what a run has. */
export interface Project {
  org: SalesforceSandbox['control']
  /** The second CRM. */
  other: Crm
  /** Uses by these companies, by one person each where there is an email. */
  use(
    domains: readonly string[],
    options?: { day?: string; times?: number; email?: string; name?: string },
  ): Promise<void>
  configure(setting: Setting): Promise<void>
  sync(asOf?: string): Promise<RunReport>
  /** Of Salesforce, in the report of a run. */
  crm(asOf?: string): Promise<ConnectorReport>
  plan(asOf?: string): Promise<ConnectorReport>
  /** Puts back what the run wrote. */
  revert(runId: string): Promise<void>
  check(): Promise<Finding[]>
  setup(): ReturnType<typeof setup>
  /** Runs it in a process of its own, which `kill` ends at once. */
  child(asOf?: string): { kill(): void; ended: Promise<void> }
  /** As if the disk was lost. */
  loseState(): Promise<void>
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

const HEADER = 'id,occurred_at,kind,type,account_domain,artifact,version,actor_id,email,account_name'

const FIELDS = `
  - { from: stage, to: OQL_Stage__c }
  - { from: score, to: OQL_Score__c }
  - { from: name, to: Name, write: on_create }
  - { from: domain, to: Website, write: on_create }`

export const CREATE = 'create: { when: {} }'

export async function newProject(setting: Setting = {}): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-sf-'))
  const sandbox = await createSalesforceSandbox({ unlimited: true, ...setting.org })
  onTestFinished(async () => {
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })
  const org = sandbox.control
  const otherName = randomUUID()
  const other = newCrm(otherName, () => org.now().getTime())
  let config = await writeConfig(folder, sandbox, otherName, setting)
  const surroundings = {
    // Waits take no time: the org's clock goes on by them.
    clock: { now: () => org.now().getTime(), sleep: async (ms: number) => org.advance(ms) },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
  }
  const run = () => ({ ...surroundings, config, model: config.model })
  const project: Project = {
    org,
    other,
    async use(domains, { day = USED_ON, times = 1, email = '', name = '' } = {}) {
      const rows = domains.flatMap(domain =>
        Array.from(
          { length: times },
          (_, n) =>
            `${domain}/${day}/${n}/${email},${day}T10:00:00Z,download,pull,${domain},server,1.2.${n},${domain}-1,${email},${name}`,
        ),
      )
      await writeFile(path.join(folder, `${randomUUID()}.csv`), [HEADER, ...rows, ''].join('\n'))
    },
    async configure(next) {
      config = await writeConfig(folder, sandbox, otherName, { ...setting, ...next })
    },
    sync: (asOf = AS_OF) => sync({ ...run(), asOf: new Date(asOf), guarded: false }),
    async crm(asOf) {
      const { salesforce } = (await project.sync(asOf)).connectors
      if (salesforce === undefined) throw new Error('the run has no report of salesforce')
      return salesforce
    },
    async plan(asOf = AS_OF) {
      const planned = await plan({ ...run(), asOf: new Date(asOf) })
      await planned.close()
      const { salesforce } = planned.report.connectors
      if (salesforce === undefined) throw new Error('the plan has no report of salesforce')
      return salesforce
    },
    async revert(runId) {
      await revert({ ...run(), asOf: new Date(AS_OF) }, runId)
    },
    check: async () => (await check(run())).problems,
    setup: () => setup(run(), entryOf(config), { dryRun: false }),
    child: (asOf = AS_OF) => inChild(path.join(folder, 'oql.yaml'), asOf),
    async loseState() {
      for (const end of ['', '-wal', '-shm']) await rm(path.join(folder, `state.db${end}`), { force: true })
    },
    async inState(work) {
      const state = await openState(config.state.url)
      try {
        return await work(state)
      } finally {
        await state.close()
      }
    },
  }
  const stuck = (await project.setup()).filter(({ done }) => !done)
  if (stuck.length > 0) throw new Error(`setup left ${JSON.stringify(stuck)}`)
  org.resetCounters()
  return project
}

function entryOf(config: Config) {
  const entry = config.connectors.salesforce
  if (entry === undefined) throw new Error('the config has no connector salesforce')
  return entry
}

function inChild(config: string, asOf: string): { kill(): void; ended: Promise<void> } {
  const args = [MAIN, 'sync', '--yes', '--as-of', asOf, '--config', config, '--json']
  const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = once(child, 'exit').then(() => undefined)
  return { kill: () => child.kill('SIGKILL'), ended }
}

async function writeConfig(
  folder: string,
  { url, credentials }: SalesforceSandbox,
  otherName: string,
  setting: Setting,
): Promise<Config> {
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, 'oql.yaml')
  const second = `  other:
    use: ${JSON.stringify(REFERENCE)}
    mapping: other.yaml
    config: { crm: ${otherName} }
`
  await writeFile(
    file,
    `version: 1
store:
  sources: [{ name: signals, type: files, format: canonical, path: "*.csv" }]
${setting.store ?? ''}
data: data
state: { url: "sqlite:state.db" }
connectors:
  salesforce:
    use: salesforce
    mapping: salesforce.yaml
    config:
      login_url: ${url}
      auth: { type: client_credentials, client_id: ${credentials.clientId}, client_secret: ${credentials.clientSecret} }
${setting.options ?? ''}
${setting.other === true ? second : ''}`,
  )
  await writeFile(
    path.join(folder, 'salesforce.yaml'),
    `object: Account
match:
  by: Website
${setting.match ?? ''}
${setting.mapping ?? ''}
fields:${setting.fields ?? FIELDS}
`,
  )
  await writeFile(
    path.join(folder, 'other.yaml'),
    `object: companies
match: { by: domain }
${CREATE}
fields:
  - { from: stage, to: stage }
  - { from: domain, to: domain, write: on_create }
`,
  )
  return loadConfig(file, {})
}
