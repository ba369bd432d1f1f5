import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createHubSpotSandbox } from '../../../connectors/hubspot/sandbox/index.ts'
import { createSalesforceSandbox } from '../../../connectors/salesforce/sandbox/index.ts'
import { type Config, loadConfig } from '../../../src/config/index.ts'
import type { PlannedChange } from '../../../src/domain/planned-change.ts'
import { type Plan, plan } from '../../../src/run/plan.ts'
import type { RunReport } from '../../../src/run/report.ts'
import { planRevert, type RevertReport, revert } from '../../../src/run/revert.ts'
import { setup } from '../../../src/run/setup.ts'
import type { RunSurroundings } from '../../../src/run/surroundings.ts'
import { sync } from '../../../src/run/sync.ts'
import { openState, type State } from '../../../src/state/state.ts'

export const CRMS = ['hubspot', 'salesforce'] as const
export type CrmName = (typeof CRMS)[number]

/** What differs between the two in a test. */
interface Names {
  object: string
  stage: string
  score: string
  reason: string
  key: string
  name: string
  website: string
  /** A text that people own. */
  note: string
  owner: string
  /** Most records in one write. */
  batch: number
}

const NAMES: Readonly<Record<CrmName, Names>> = {
  hubspot: {
    object: 'companies',
    stage: 'oql_stage',
    score: 'oql_score',
    reason: 'oql_reason',
    key: 'oql_domain',
    name: 'name',
    website: 'domain',
    note: 'description',
    owner: 'hubspot_owner_id',
    batch: 100,
  },
  salesforce: {
    object: 'Account',
    stage: 'OQL_Stage__c',
    score: 'OQL_Score__c',
    reason: 'OQL_Reason__c',
    key: 'OQL_Domain__c',
    name: 'Name',
    website: 'Website',
    note: 'Description',
    owner: 'OwnerId',
    batch: 200,
  },
}

type Values = Readonly<Record<string, string | number | boolean>>

/** A CRM's sandbox as both are looked at and reached into. */
interface SandboxCrm extends Names {
  /** Id → what is set, without what the CRM itself keeps of a record. */
  records(): Map<string, Values>
  insert(fields: Readonly<Record<string, string>>): string
  update(id: string, fields: Readonly<Record<string, string>>): void
  remove(id: string): void
  /** As an admin brings back what was removed. */
  restore(id: string): void
  /** Two become one; answers the id of what is left. */
  merge(primaryId: string, otherId: string): string
  /** As one that was made long ago and is visible only now. */
  insertLate(fields: Readonly<Record<string, string>>): string
  /** Time goes by there. */
  advance(ms: number): void
  counts(): { read: number; write: number }
  resetCounts(): void
  /** The next so many writes get no answer though they are carried out. */
  loseAnswers(times: number): void
  /** Aborts when the n-th write from now arrives; it is carried out. */
  onWrite(n: number, then: () => void): void
}

/** What a project may say beside its mapping. */
interface More {
  /** When records are made: for everybody, unless it says otherwise. */
  create?: string
  /** What stands under `match`. */
  match?: string
  /** Lines of the connector's entry. */
  entry?: string
}

export interface SandboxProject {
  crm: SandboxCrm
  /** Another account of the same CRM, which the config leads to from now on. */
  another(mapping?: string): Promise<SandboxCrm>
  folder: string
  surroundings(asOf: string, over?: Partial<RunSurroundings>): RunSurroundings
  configure(mapping: string, more?: More): Promise<void>
  signals(day: string, ...domains: string[]): Promise<void>
  sync(asOf: string, over?: Partial<RunSurroundings>): Promise<RunReport>
  plan(asOf: string, options?: Parameters<typeof plan>[1]): Promise<Plan>
  revert(runId: string, over?: Partial<RunSurroundings>): Promise<RevertReport>
  planRevert(runId: string): Promise<{ report: RevertReport; changes: PlannedChange[] }>
  inState<T>(work: (state: State) => Promise<T>): Promise<T>
}

export const NOW = new Date('2026-12-31T00:00:00Z')
const HEADER = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version'

/**
 * A project with one connector, to a sandbox over HTTP whose fields are set up.
 * @param options of the connector's own config
 */
export async function newSandboxProject(
  name: CrmName,
  options: Readonly<Record<string, unknown>> = {},
): Promise<SandboxProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-sandbox-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const start = name === 'hubspot' ? hubspot : salesforce
  const first = await start()
  const { crm } = first
  let own = first.config
  const write = (text: string, more: More = {}) =>
    writeProject(folder, name, { ...own, ...options }, crm, text, more)
  let config = await write('')
  const surroundings = (asOf: string, over: Partial<RunSurroundings> = {}): RunSurroundings => ({
    config,
    model: config.model,
    asOf: new Date(asOf),
    clock: { now: () => NOW.getTime(), sleep: async () => undefined },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...over,
  })
  const makeFields = async () => {
    const entry = config.connectors.crm
    if (entry === undefined) throw new Error('the config has no connector crm')
    await setup(surroundings('2026-06-01'), entry, { dryRun: false })
  }
  await makeFields()
  return {
    crm,
    folder,
    async another(mapping = '') {
      const other = await start('another')
      own = other.config
      config = await write(mapping)
      await makeFields()
      other.crm.resetCounts()
      return other.crm
    },
    surroundings,
    async configure(text, more) {
      config = await write(text, more)
    },
    signals: (day, ...domains) =>
      writeFile(
        path.join(folder, `${day}.csv`),
        [
          HEADER,
          ...domains.map(
            each => `${each}/${day},${day}T10:00:00Z,download,pull,${each},${each},server,1.2.3`,
          ),
          '',
        ].join('\n'),
      ),
    sync: (asOf, over) => sync({ ...surroundings(asOf, over), guarded: false }),
    plan: (asOf, options) => plan(surroundings(asOf), options),
    revert: (runId, over) => revert(surroundings('2026-12-30', over), runId),
    async planRevert(runId) {
      const planned = await planRevert(surroundings('2026-12-30'), runId)
      const changes = await Array.fromAsync(planned.changes())
      await planned.close()
      return { report: planned.report, changes }
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
}

async function writeProject(
  folder: string,
  use: CrmName,
  own: unknown,
  crm: Names,
  mapping: string,
  { create = 'create: { when: {} }', entry = '', match = `by: ${crm.website}` }: More,
): Promise<Config> {
  const file = path.join(folder, 'config', 'oql.yaml')
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(
    file,
    `version: 1
store: { sources: [{ name: signals, type: files, format: canonical, path: ../*.csv }] }
data: ../data
state: { url: "sqlite:../state.db" }
connectors:
  crm: { use: ${use}, mapping: ../mapping.yaml, config: ${JSON.stringify(own)} ${entry} }
`,
  )
  await writeFile(
    path.join(folder, 'mapping.yaml'),
    `object: ${crm.object}
match: { ${match} }
${create}
fields:
  - { from: stage, to: ${crm.stage} }
  - { from: score, to: ${crm.score} }
  - { from: reason, to: ${crm.reason} }
  - { from: name, to: ${crm.name}, write: on_create }
  - { from: domain, to: ${crm.website}, write: on_create }
${mapping}
`,
  )
  return loadConfig(file, {})
}

const LONG_AGO = '2020-01-01T00:00:00.000Z'

/** What a CRM keeps of every record by itself. */
const OF_THE_CRM = /^(createdate|hs_lastmodifieddate|hs_object_|SystemModstamp|LastModified|Created)/

const kept = (values: Readonly<Record<string, unknown>>): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) =>
      OF_THE_CRM.test(field) || value === '' || value === null || value === undefined
        ? []
        : [[field, typeof value === 'number' || typeof value === 'boolean' ? value : String(value)]],
    ),
  )

async function hubspot(which?: 'another'): Promise<{ crm: SandboxCrm; config: object }> {
  const { url, token, control, close } = await createHubSpotSandbox({
    unlimited: true,
    ...(which === undefined ? {} : { portalId: 999 }),
  })
  onTestFinished(close)
  const names = NAMES.hubspot
  const crm: SandboxCrm = {
    ...names,
    records: () => new Map(control.records(names.object).map(({ id, properties }) => [id, kept(properties)])),
    insert: fields => control.insert(names.object, fields).id,
    update: (id, fields) => void control.update(names.object, id, fields),
    remove: id => control.archive(names.object, id),
    restore: id => control.restore(names.object, id),
    merge: (primaryId, otherId) => control.merge(names.object, primaryId, otherId).id,
    insertLate: fields => control.insert(names.object, { ...fields, createdate: LONG_AGO }).id,
    advance: ms => control.advance(ms),
    counts: () => control.counters(),
    resetCounts: () => control.resetCounters(),
    loseAnswers: times =>
      control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write', times }),
    onWrite(n, then) {
      let seen = 0
      control.fault({
        trouble: { kind: 'reset', at: 'before_commit' },
        kind: 'write',
        every: 1,
        when: () => {
          if (++seen === n) then()
          return false
        },
      })
    },
  }
  return { crm, config: { token, base_url: url } }
}

async function salesforce(which?: 'another'): Promise<{ crm: SandboxCrm; config: object }> {
  const { url, credentials, control, close } = await createSalesforceSandbox({
    unlimited: true,
    ...(which === undefined ? {} : { orgId: '00D5g00000Other' }),
  })
  onTestFinished(close)
  const names = NAMES.salesforce
  const { clientId: client_id, clientSecret: client_secret } = credentials
  const crm: SandboxCrm = {
    ...names,
    records: () => new Map(control.records(names.object).map(({ id, fields }) => [id, kept(fields)])),
    insert: fields => control.insert(names.object, fields).id,
    update: (id, fields) => void control.update(names.object, id, fields),
    remove: id => control.delete(names.object, id),
    restore: id => control.restore(names.object, id),
    merge: (primaryId, otherId) => control.merge(names.object, primaryId, otherId).id,
    insertLate: fields => control.insert(names.object, { ...fields, CreatedDate: LONG_AGO }).id,
    advance: ms => control.advance(ms),
    counts: () => control.counters(),
    resetCounts: () => control.resetCounters(),
    loseAnswers: times =>
      control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write', times }),
    onWrite(n, then) {
      let seen = 0
      control.fault({
        trouble: { kind: 'reset', at: 'before_commit' },
        kind: 'write',
        every: 1,
        when: () => {
          if (++seen === n) then()
          return false
        },
      })
    },
  }
  return { crm, config: { login_url: url, auth: { type: 'client_credentials', client_id, client_secret } } }
}
