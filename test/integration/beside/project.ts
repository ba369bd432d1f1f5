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
import type { ConnectorEntry } from '../../../src/config/config.ts'
import { loadConfig } from '../../../src/config/index.ts'
import type { ConnectorReport } from '../../../src/delivery/connector-report.ts'
import { check } from '../../../src/run/check.ts'
import { plan } from '../../../src/run/plan.ts'
import type { RunReport } from '../../../src/run/report.ts'
import { setup } from '../../../src/run/setup.ts'
import { sync } from '../../../src/run/sync.ts'
import { openState, type State } from '../../../src/state/state.ts'

/** Every command stands at this moment: what was used on 1 November calls for investigation. */
const AS_OF = '2026-11-24'
const USED_ON = '2026-11-01'
const DAY_MS = 86_400_000
const MORNING_MS = 6 * 3_600_000

export interface Setting {
  /** Of the sandbox. */
  portal?: HubSpotSandboxOptions
  /** Lines of the connector beside `use`, `mapping` and `config`. */
  options?: string
  /** Lines of the mapping beside `object`, `match` and `fields`. */
  mapping?: string
}

type Check = Awaited<ReturnType<typeof check>>

/** A HubSpot portal with our properties, signals, a state on disk: what a run has. */
export interface Project {
  crm: HubSpotSandbox['control']
  now(): Date
  /** The clock of the portal and of the runs goes on. */
  advance(ms: number): void
  /** Uses by these companies, by one person each where there is an email. */
  use(domains: readonly string[], options?: { day?: string; times?: number; email?: string }): Promise<void>
  configure(setting: Setting): Promise<void>
  sync(asOf?: string): Promise<RunReport>
  /** Of HubSpot, in the report of a run. */
  run(asOf?: string): Promise<ConnectorReport>
  plan(asOf?: string): Promise<ConnectorReport>
  check(): Promise<Check>
  /** The connector, as the config has it. */
  entry(): ConnectorEntry
  /** As if the disk was lost. */
  loseState(): Promise<void>
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

const HEADER = 'id,occurred_at,kind,type,account_domain,artifact,version,actor_id,email'

export const CREATE = 'create: { when: {} }'

export async function newProject(setting: Setting = {}): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-beside-'))
  const time = morning()
  const sandbox = await createHubSpotSandbox({ unlimited: true, now: time.now, ...setting.portal })
  onTestFinished(async () => {
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })
  let config = await writeConfig(folder, sandbox, setting)
  const run = () => ({
    // Waits take no time: the clock goes on by them.
    clock: { now: () => time.now().getTime(), sleep: async (ms: number) => time.advance(ms) },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
    config,
    model: config.model,
  })
  const project: Project = {
    crm: sandbox.control,
    ...time,
    async use(domains, { day = USED_ON, times = 1, email = '' } = {}) {
      const rows = domains.flatMap(domain =>
        Array.from(
          { length: times },
          (_, n) =>
            `${domain}/${day}/${n}/${email},${day}T10:00:00Z,download,pull,${domain},server,1.2.${n},${domain}-1,${email}`,
        ),
      )
      await writeFile(path.join(folder, `${randomUUID()}.csv`), [HEADER, ...rows, ''].join('\n'))
    },
    async configure(next) {
      config = await writeConfig(folder, sandbox, { ...setting, ...next })
    },
    sync: (asOf = AS_OF) => sync({ ...run(), asOf: new Date(asOf), guarded: false }),
    run: async asOf => ofHubSpot(await project.sync(asOf)),
    async plan(asOf = AS_OF) {
      const planned = await plan({ ...run(), asOf: new Date(asOf) })
      await planned.close()
      return ofHubSpot(planned.report)
    },
    check: () => check(run()),
    entry() {
      const { hubspot } = config.connectors
      if (hubspot === undefined) throw new Error('the config has no connector hubspot')
      return hubspot
    },
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
  const stuck = (await setup(run(), project.entry(), { dryRun: false })).filter(({ done }) => !done)
  if (stuck.length > 0) throw new Error(`setup left ${JSON.stringify(stuck)}`)
  sandbox.control.resetCounters()
  return project
}

/** A clock that is far from midnight, so that no test runs into another day. */
function morning() {
  let ahead = DAY_MS - (Date.now() % DAY_MS) + MORNING_MS
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (ms: number) => {
      ahead += ms
    },
  }
}

function ofHubSpot({ connectors: { hubspot } }: RunReport): ConnectorReport {
  if (hubspot === undefined) throw new Error('the report has no hubspot')
  return hubspot
}

async function writeConfig(folder: string, { url, token }: HubSpotSandbox, setting: Setting) {
  const file = path.join(folder, 'oql.yaml')
  await writeFile(
    file,
    `version: 1
store:
  sources: [{ name: signals, type: files, format: canonical, path: "*.csv" }]
data: data
state: { url: "sqlite:state.db" }
connectors:
  hubspot:
    use: hubspot
    mapping: hubspot.yaml
    config: { token: ${token}, base_url: "${url}" }
${setting.options ?? ''}
`,
  )
  await writeFile(
    path.join(folder, 'hubspot.yaml'),
    `object: companies
match: { by: domain }
${setting.mapping ?? CREATE}
fields:
  - { from: stage, to: oql_stage }
  - { from: score, to: oql_score }
  - { from: name, to: name, write: on_create }
  - { from: domain, to: domain, write: on_create }
`,
  )
  return loadConfig(file, {})
}
