import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../../connectors/hubspot/sandbox/index.ts'
import { loadConfig } from '../../../src/config/index.ts'
import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import type { RunReport } from '../../../src/run/report.ts'
import { setup } from '../../../src/run/setup.ts'
import { sync } from '../../../src/run/sync.ts'

/** Every run stands at this moment: what was used on 1 November calls for investigation. */
const AS_OF = '2026-11-24'
const USED_ON = '2026-11-01'

/** A portal with our properties, signals, a state on disk: what a run has. */
export interface Project {
  portal: HubSpotSandbox['control']
  /** A use by each of these companies; `person` is known by an email of the company. */
  use(domains: readonly string[], options?: { day?: string; person?: string }): Promise<void>
  sync(asOf?: string): Promise<RunReport>
  /** Of HubSpot, in the report of a run. */
  crm(asOf?: string): Promise<ConnectorReport>
  /** Time goes by, here and at HubSpot. */
  wait(ms: number): void
  /** As if the disk was lost. */
  loseState(): Promise<void>
}

const HEADER = 'id,occurred_at,kind,type,account_domain,artifact,version,actor_id,email'

/** @param mapping lines beside `object`, `match` and `fields` */
export async function newProject(mapping: string, options: HubSpotSandboxOptions = {}): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-hubspot-'))
  const sandbox = await createHubSpotSandbox({ now: () => new Date('2026-11-24T12:00:00Z'), ...options })
  onTestFinished(async () => {
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })
  const { control } = sandbox
  let waitedMs = 0
  const wait = (ms: number) => {
    waitedMs += ms
    control.advance(ms)
  }
  const config = await configured(folder, sandbox, mapping)
  const run = {
    config,
    model: config.model,
    asOf: new Date(AS_OF),
    // Waits take no time: both clocks go on by them.
    clock: {
      now: () => Date.parse('2026-11-24T12:00:00Z') + waitedMs,
      sleep: async (ms: number) => wait(ms),
    },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
  }
  const project: Project = {
    portal: control,
    wait,
    async use(domains, { day = USED_ON, person } = {}) {
      const rows = domains.map(domain => {
        const email = person === undefined ? '' : `${person}@${domain}`
        return `${domain}/${day}/${email},${day}T10:00:00Z,download,pull,${domain},server,1.2.3,${domain}-1,${email}`
      })
      await writeFile(path.join(folder, `${randomUUID()}.csv`), [HEADER, ...rows, ''].join('\n'))
    },
    sync: (asOf = AS_OF) => sync({ ...run, asOf: new Date(asOf), guarded: false }),
    async crm(asOf) {
      const { hubspot } = (await project.sync(asOf)).connectors
      if (hubspot === undefined) throw new Error('the run has no report of hubspot')
      return hubspot
    },
    async loseState() {
      for (const end of ['', '-wal', '-shm']) await rm(path.join(folder, `state.db${end}`), { force: true })
    },
  }
  const entry = config.connectors.hubspot
  if (entry === undefined) throw new Error('the config has no connector hubspot')
  const stuck = (await setup(run, entry, { dryRun: false })).filter(({ done }) => !done)
  const isMeant = options.salesHub === false && stuck.every(({ object }) => object === 'leads')
  if (stuck.length > 0 && !isMeant) throw new Error(`setup left ${JSON.stringify(stuck)}`)
  control.resetCounters()
  return project
}

async function configured(folder: string, { url, token }: HubSpotSandbox, mapping: string) {
  const file = path.join(folder, 'oql.yaml')
  await writeFile(
    file,
    `version: 1
store: { sources: [{ name: signals, type: files, format: canonical, path: "*.csv" }] }
data: data
state: { url: "sqlite:state.db" }
connectors:
  hubspot: { use: hubspot, mapping: hubspot.yaml, config: { token: ${token}, base_url: "${url}" } }
`,
  )
  await writeFile(
    path.join(folder, 'hubspot.yaml'),
    `object: companies
match: { by: domain }
create: { when: {} }
fields:
  - { from: stage, to: oql_stage }
  - { from: name, to: name, write: on_create }
  - { from: domain, to: domain, write: on_create }
${mapping}
`,
  )
  return loadConfig(file, {})
}
