import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { onTestFinished, vi } from 'vitest'
import type { Clock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { ConnectorReport } from '../../src/delivery/connector-report.ts'
import type { ConnectorRun } from '../../src/delivery/connector-run.ts'
import { runConnector } from '../../src/delivery/run-connector.ts'
import { checkConnectorConfig } from '../../src/delivery/session/open-connector.ts'
import type { Account } from '../../src/domain/account.ts'
import { STAGE_LABELS } from '../../src/domain/stage.ts'
import type { NoticeRules } from '../../src/plan/notices/make-notices.ts'
import { accountNamer, domainsOf } from '../../src/run/accounts/normalise.ts'
import { openState, type State } from '../../src/state/state.ts'
import { type MemorySetting, memoryConfig } from '../project/memory-project.ts'
import { writeConfig } from '../project/write-config.ts'
import { account } from '../unit/plan/situations.ts'
import { type Crm, newCrm } from './crm.ts'

const START = new Date('2026-11-24T06:00:00Z')

/** One connector to a CRM in memory, with a state on disk and hands of the clock that the test holds. */
export interface World {
  crm: Crm
  state: State
  /** What every later run begins with: an account is put as it stands. */
  remember(...accounts: (Partial<Account> & { domain: string })[]): Promise<void>
  retire(...domains: string[]): Promise<void>
  /** Runs the connector; waits take no time. */
  run(options?: Partial<RunOptions>): Promise<ConnectorReport>
  /** Of the last run. */
  runId(): string
  /** The state file is gone, and a new one is opened. */
  loseState(): Promise<void>
}

interface RunOptions {
  asOf: Date
  signal: AbortSignal
  deliver: boolean
  /** In place of the state itself. */
  state: State
}

export async function newWorld(setting: MemorySetting = {}): Promise<World> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START })
  const name = randomUUID()
  const crm = newCrm(name, () => Date.now())
  const folder = await mkdtemp(path.join(tmpdir(), 'oql-world-'))
  const config = await loadConfig(await writeConfig(folder, memoryConfig({ crm: name }, setting)), {})
  const entry = config.connectors.crm
  if (entry === undefined) throw new Error('the config has no connector crm')
  await checkConnectorConfig(entry)
  let state = await openState(config.state.url)
  let runId = ''
  onTestFinished(async () => {
    vi.useRealTimers()
    await state.close()
    await rm(folder, { recursive: true, force: true })
  })

  const begin = async (asOf: Date): Promise<string> => {
    runId = randomUUID()
    const model = { name: config.model.name, hash: config.model.hash }
    await state.runs.begin({ id: runId, startedAt: new Date(), asOf, model })
    return runId
  }

  return {
    crm,
    get state() {
      return state
    },
    async remember(...accounts) {
      await state.accounts.put(accounts.map(standing), await begin(START))
    },
    retire: (...domains) => state.accounts.retire(domains, 'excluded'),
    async run(options = {}) {
      const asOf = options.asOf ?? new Date()
      await begin(asOf)
      return driven(
        reportOf({
          entry,
          state: options.state ?? state,
          runId,
          asOf,
          model: config.model,
          segments: config.segments,
          consoleUrl: null,
          normalise: accountNamer(config.store),
          domainsOf: domainsOf(config.store),
          aliases: config.store.aliases,
          outbox: { rules: silent(runId, asOf), dropped: 0 },
          deliver: options.deliver ?? true,
          progress: () => undefined,
          signal: options.signal ?? new AbortController().signal,
          clock: fakeClock,
          log: pino({ level: 'silent' }),
        }),
      )
    },
    runId: () => runId,
    async loseState() {
      await state.close()
      for (const suffix of ['', '-wal', '-shm'])
        await rm(path.join(folder, `state.db${suffix}`), { force: true })
      state = await openState(config.state.url)
    },
  }
}

/** Nobody is told of anything. */
const silent = (runId: string, at: Date): NoticeRules => ({
  channels: [],
  context: { model: 'default', labels: STAGE_LABELS, asOf: at, consoleUrl: null },
  segments: {},
  runId,
  at,
  since: at,
})

/** An account that keeps its stage since long ago, unless the test says otherwise. */
const standing = (over: Partial<Account> & { domain: string }): Account =>
  account({ name: over.domain, score: 50, points: 50, stageSince: new Date('2026-10-01T00:00:00Z'), ...over })

export const fakeClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}

/** Turns of the event loop without a new timer after which what waits for nothing else waits for the one that is set. */
const IDLE_TURNS = 50

/** Waits for `work`; when all of it is waiting for a timer, the clock is moved to the next one. */
export async function driven<T>(work: Promise<T>): Promise<T> {
  const end = { isReached: false }
  const ended = work.finally(() => {
    end.isReached = true
  })
  ended.catch(() => undefined)
  let idle = 0
  let last = timersMade()
  while (!end.isReached) {
    await new Promise(resolve => setImmediate(resolve))
    const made = timersMade()
    idle = made === last + 1 && vi.getTimerCount() > 0 ? idle + 1 : 0
    last = made
    if (idle < IDLE_TURNS || end.isReached) continue
    await vi.advanceTimersToNextTimerAsync()
    idle = 0
  }
  return ended
}

/** How many timers were ever made, this one too: they are numbered. */
function timersMade(): number {
  const probe = setTimeout(() => undefined, 0)
  clearTimeout(probe)
  return Number(probe)
}

const reportOf = async (run: ConnectorRun): Promise<ConnectorReport> => (await runConnector(run)).report
