import { randomUUID } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Clock } from '../../src/clock.ts'
import { type Crm, newCrm } from '../reference-connector/crm.ts'
import { stillClock } from './clocks.ts'
import { CRM_FIELDS, fieldLines, mappingText } from './crm-fields.ts'
import { newProject, type Project } from './new-project.ts'
import type { ConfigText } from './write-config.ts'

const REFERENCE = import.meta.resolve('../reference-connector/index.ts')
/** Leads need nobody and are tied to nothing, as Salesforce's. */
export const WITHOUT_TIES = import.meta.resolve('../reference-connector/without-ties.ts')

/** What a test says of its config; the rest is the least there is. */
export interface MemorySetting {
  /** The connector's module; the reference one when left out. */
  use?: string
  /** Lines of the mapping beside `object`, `match` and `fields`. */
  mapping?: string
  /** Lines of `match` beside `by`. */
  match?: string
  fields?: string
  /** Lines of the connector's entry. */
  connector?: string
  /** Of the connector's own config, as they stand between braces. */
  options?: string
  /** Lines of `store`. */
  store?: string
  /** Lines of the main file. */
  main?: string
}

const VALUES = ['stage', 'score', 'stage_since']
export const FIELDS = fieldLines(CRM_FIELDS.reference, VALUES)

/** The clock of every run: no as_of of a test is in its future but where that is meant. */
export const NOW = new Date('2026-12-31T00:00:00Z')

/** Signals in files, a state on disk, CRMs in memory: what a run has. */
export interface MemoryProject extends Omit<Project, 'configure'> {
  /** By connector. */
  crms: Readonly<Record<string, Crm>>
  /** Writes the config anew, with some of the connectors or with all; CRMs, signals and state stay. */
  configure(setting: MemorySetting, some?: readonly string[]): Promise<void>
  /** Uses of `latest` by each company on a day, by nobody that is known. Returns the file's path. */
  signals(day: string, ...domains: string[]): Promise<string>
}

const OWN = z.record(z.string(), z.unknown())

/** The config of connectors (name → the CRM it reaches) that share one mapping. */
export function memoryConfig(crms: Readonly<Record<string, string>>, setting: MemorySetting): ConfigText {
  const { use = REFERENCE, options = '', connector, main, store, mapping, match, fields } = setting
  const entry = (crm: string) => ({
    use,
    config: { crm, ...OWN.parse(parse(`{ ${options} }`)) },
    mapping: mappingText(CRM_FIELDS.reference, { values: VALUES, lines: mapping, match, fields }),
    lines: connector,
  })
  const connectors = Object.entries(crms).map(([name, crm]) => [name, entry(crm)])
  return { main, store, connectors: Object.fromEntries(connectors) }
}

/** Runs are guarded, as on a schedule, where a test does not say otherwise. */
export async function memoryProject(
  connectors: readonly string[],
  setting: MemorySetting = {},
  clock: Clock = stillClock(NOW),
): Promise<MemoryProject> {
  const names = Object.fromEntries(connectors.map(name => [name, randomUUID()]))
  const crms = Object.fromEntries(
    Object.entries(names).map(([name, id]) => [name, newCrm(id, () => NOW.getTime())]),
  )
  const project = await newProject(memoryConfig(names, setting), { clock })
  return {
    ...project,
    crms,
    configure: (next, some = connectors) => {
      const kept = Object.entries(names).filter(([name]) => some.includes(name))
      return project.configure(memoryConfig(Object.fromEntries(kept), next))
    },
    signals: (day, ...domains) => project.use({ day, domains, version: 'latest', actor: '' }),
    sync: (asOf, options) => project.sync(asOf, { guarded: true, ...options }),
  }
}

/** The CRM of a project that has just this one. */
export function onlyCrm({ crms }: Pick<MemoryProject, 'crms'>): Crm {
  const [crm, ...others] = Object.values(crms)
  if (crm === undefined || others.length > 0) throw new Error('the project has not just one CRM')
  return crm
}
