import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { Config } from '../../src/config/index.ts'
import { type Plan, plan } from '../../src/run/plan.ts'
import type { RunReport } from '../../src/run/report.ts'
import type { RunSurroundings } from '../../src/run/surroundings.ts'
import { sync } from '../../src/run/sync.ts'
import { openState, type State } from '../../src/state/state.ts'
import { type Setting, writeConfig } from './config-folder.ts'
import { type Crm, newCrm } from './crm.ts'

/** Signals in files, a state on disk, CRMs in memory: what a run has. */
export interface Project {
  folder: string
  /** By connector. */
  crms: Readonly<Record<string, Crm>>
  config(): Config
  /** Writes the config anew; CRMs, signals and state stay. */
  configure(setting: Setting): Promise<void>
  /** Uses of `latest` by each company on a day, in a file of their own, whose path it returns. */
  signals(day: string, ...domains: string[]): Promise<string>
  sync(asOf: string, options?: Partial<RunSurroundings> & { guarded?: boolean }): Promise<RunReport>
  plan(asOf: string): Promise<Plan>
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

const HEADER = 'id,occurred_at,kind,type,account_domain,artifact,version'
/** The clock of every run: no as_of of a test is in its future but where that is meant. */
export const NOW = new Date('2026-12-31T00:00:00Z')

export async function newProject(connectors: readonly string[], setting: Setting = {}): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-project-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const names = Object.fromEntries(connectors.map(name => [name, randomUUID()]))
  const crms = Object.fromEntries(
    Object.entries(names).map(([name, id]) => [name, newCrm(id, () => NOW.getTime())]),
  )
  let config = await writeConfig(folder, names, setting)
  const surroundings = (asOf: string): RunSurroundings => ({
    config,
    model: config.model,
    asOf: new Date(asOf),
    clock: { now: () => NOW.getTime(), sleep: async () => undefined },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
  })
  return {
    folder,
    crms,
    config: () => config,
    async configure(next) {
      config = await writeConfig(folder, names, next)
    },
    async signals(day, ...domains) {
      const rows = domains.map(
        domain => `${domain}/${day},${day}T10:00:00Z,download,pull,${domain},server,latest`,
      )
      const file = path.join(folder, `${randomUUID()}.csv`)
      await writeFile(file, [HEADER, ...rows, ''].join('\n'))
      return file
    },
    sync: (asOf, options = {}) => sync({ ...surroundings(asOf), guarded: true, ...options }),
    plan: asOf => plan(surroundings(asOf)),
    async inState(work) {
      const state = await openState(config.state.url)
      try {
        return await work(state)
      } finally {
        await state.close()
      }
    },
  }
}

/** The CRM of a project that has just this one. */
export function onlyCrm({ crms }: Project): Crm {
  const [crm, ...others] = Object.values(crms)
  if (crm === undefined || others.length > 0) throw new Error('the project has not just one CRM')
  return crm
}
