import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import type { Config, ConnectorEntry } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { ConnectorReport } from '../../src/delivery/connector-report.ts'
import { check } from '../../src/run/check/check.ts'
import { type RevertReport, revert } from '../../src/run/revert.ts'
import { setup } from '../../src/run/setup/setup.ts'
import type { RunSurroundings } from '../../src/run/surroundings.ts'
import { type Plan, plan } from '../../src/run/sync/plan.ts'
import type { RunReport } from '../../src/run/sync/report.ts'
import { sync } from '../../src/run/sync/sync.ts'
import { openState, type State } from '../../src/state/state.ts'
import { type Uses, usesCsv } from './uses.ts'
import { type ConfigText, writeConfig } from './write-config.ts'

/** What differs in a run: the clock where it is not the project's, what stops it, whether it is guarded … */
export type RunOptions = Partial<RunSurroundings> & { guarded?: boolean }

/** A folder with a config, signals and a state on disk, and the commands on it, run in this process. */
export interface Project {
  folder: string
  /** The path of its config, for commands in a process of their own. */
  file: string
  config(): Config
  /** Writes the config anew; signals, state and CRMs stay. */
  configure(text: ConfigText): Promise<void>
  /** Signals in a file of their own, whose path it returns. */
  use(uses: Uses): Promise<string>
  /** What a run has from outside. */
  surroundings(asOf?: string, over?: Partial<RunSurroundings>): RunSurroundings
  sync(asOf?: string, options?: RunOptions): Promise<RunReport>
  plan(asOf?: string, options?: Parameters<typeof plan>[1]): Promise<Plan>
  revert(runId: string, asOf?: string, over?: Partial<RunSurroundings>): Promise<RevertReport>
  check(): ReturnType<typeof check>
  setup(connector?: string): ReturnType<typeof setup>
  /** A connector, as the config has it; the first one when left out. */
  entry(connector?: string): ConnectorEntry
  /** As if the disk was lost. */
  loseState(): Promise<void>
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

export interface ProjectOptions {
  clock: Clock
  /** The moment that commands stand at, where they are not told another. */
  asOf?: string
}

/** The folder is gone after the test. */
export async function newProject(text: ConfigText, options: ProjectOptions): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-project-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = await writeConfig(folder, text)
  let config = await loadConfig(file, {})
  const surroundings = surroundingsOf(() => config, options)
  const project: Project = {
    folder,
    file,
    config: () => config,
    async configure(next) {
      config = await loadConfig(await writeConfig(folder, next), {})
    },
    async use(uses) {
      const written = path.join(folder, `${randomUUID()}.csv`)
      await writeFile(written, usesCsv(uses))
      return written
    },
    surroundings,
    sync: (asOf, over = {}) => sync({ guarded: false, ...surroundings(asOf), ...over }),
    plan: (asOf, wanted) => plan(surroundings(asOf), wanted),
    revert: (runId, asOf, over) => revert(surroundings(asOf, over), runId),
    check: () => check(surroundings()),
    setup: connector => setup(surroundings(), project.entry(connector), { dryRun: false }),
    entry(connector = Object.keys(config.connectors)[0] ?? '') {
      const entry = config.connectors[connector]
      if (entry === undefined) throw new Error(`the config has no connector ${connector}`)
      return entry
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
  return project
}

const surroundingsOf =
  (config: () => Config, { clock, asOf: usual }: ProjectOptions): Project['surroundings'] =>
  (asOf = usual, over = {}) => ({
    config: config(),
    model: config().model,
    asOf: asOf === undefined ? new Date(clock.now()) : new Date(asOf),
    clock,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...over,
  })

/** Makes a connector's fields, which must all go well but what a test means to fail; the sandbox then counts from 0. */
export async function setUp(
  project: Project,
  { resetCounters }: { resetCounters(): void },
  isMeant: (object: string) => boolean = () => false,
): Promise<void> {
  const stuck = (await project.setup()).filter(({ done, object }) => !done && !isMeant(object))
  if (stuck.length > 0) throw new Error(`setup left ${JSON.stringify(stuck)}`)
  resetCounters()
}

/** Of one connector, in a report that has it. */
export function reportOf({ connectors }: Pick<RunReport, 'connectors'>, connector: string): ConnectorReport {
  const report = connectors[connector]
  if (report === undefined) throw new Error(`the report has no ${connector}`)
  return report
}

/** What a plan says of one connector. */
export async function plannedFor(planned: Promise<Plan>, connector: string): Promise<ConnectorReport> {
  const { report, close } = await planned
  await close()
  return reportOf(report, connector)
}
