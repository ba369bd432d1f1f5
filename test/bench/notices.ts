import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { sync } from '../../src/run/sync/sync.ts'
import { CRM_FIELDS, mappingText } from '../project/crm-fields.ts'
import { startOql } from '../project/start-oql.ts'
import { usesCsv } from '../project/uses.ts'
import { BY_ENVIRONMENT, writeConfig } from '../project/write-config.ts'
import { failingReceiver } from './failing-receiver.ts'
import { runOql } from './run-oql.ts'

/**
 * Stage changes to a webhook whose receiver fails and resets connections, and to tasks in Salesforce, while `oql sync`
 * and the receiver are killed again and again: every change must come at least once, under one id, in order for each
 * account, and every task be made once.
 * Usage: node test/bench/notices.ts [--changes N] [--kills N] [--failing 0.3]
 */
const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '50' },
    failing: { type: 'string', default: '0.3' },
  },
})
/** Each account moves twice: it is new, and two months later it is inactive. */
const PHASES = [
  { asOf: '2026-06-10', direction: 'first' },
  { asOf: '2026-09-01', direction: 'down' },
]
const accounts = Array.from(
  { length: Number(values.changes) / PHASES.length },
  (_, n) => `account-${n}-example.com`,
)
const kills = Number(values.kills)
/** So long a call of the CRM takes, so that there is a middle to be killed in. */
const CRM_MS = 100
/** A task is at the CRM or a webhook on its way: half of the kills come then, the others at any moment of a run. */
const TELLING_MS = 1_500

/** As a schedule would start them. */
const BETWEEN_RUNS_MS = 30 * 60_000
const MOST_RUNS = 50

const directory = await mkdtemp(path.join(tmpdir(), 'oql-bench-notices-'))
const sandbox = await createSalesforceSandbox({ unlimited: true })
const receiver = await failingReceiver(() => Number(values.failing))
const env = {
  SF_LOGIN_URL: sandbox.url,
  SF_CLIENT_ID: sandbox.credentials.clientId,
  SF_CLIENT_SECRET: sandbox.credentials.clientSecret,
}
const config = await writeConfig(directory, {
  connectors: {
    salesforce: {
      use: 'salesforce',
      config: BY_ENVIRONMENT.salesforce,
      mapping: mappingText(CRM_FIELDS.salesforce, {
        values: ['stage', 'stage_since'],
        lines: 'create: { when: {}, as: Account }\non_stage_change:\n  - task: { when: {} }',
      }),
    },
  },
  main: `notify:
  - { name: hook, use: webhook, url: "${receiver.url}", allow_private: true }
  - { name: confirmed, use: webhook, url: "${receiver.url}", allow_private: true, after: salesforce }`,
})

const writeSignals = (day: string, domains: readonly string[]) =>
  writeFile(path.join(directory, `${day}.csv`), usesCsv({ day, domains, version: 'latest', actor: '' }))

const syncArgs = (asOf: string) => ['sync', '--yes', '--json', '--as-of', asOf, '--config', config]
const told = () => receiver.taken.length + sandbox.control.records('Task').length

/** @returns whether something had been told by then */
async function killOnce(asOf: string, whileTelling: boolean, wholeMs: number): Promise<boolean> {
  await receiver.start()
  const child = startOql(syncArgs(asOf), env)
  const before = told()
  if (whileTelling) while (told() === before && !child.hasEnded()) await delay(5)
  await Promise.race([child.ended, delay(Math.random() * (whileTelling ? TELLING_MS : wholeMs))])
  child.kill()
  await receiver.kill()
  await child.ended
  return told() > before
}

/** Whole runs in this process, whose clock goes on to the next attempts at once: nobody waits for hours. */
async function runToTheEnd(asOf: string): Promise<number> {
  const loaded = await loadConfig(config, env)
  let aheadMs = 0
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const { notices } = await sync({
      config: loaded,
      model: loaded.model,
      asOf: new Date(asOf),
      clock: {
        now: () => Date.now() + aheadMs,
        sleep: async ms => {
          aheadMs += ms
        },
      },
      log: pino({ level: 'silent' }),
      signal: new AbortController().signal,
      progress: () => undefined,
      guarded: false,
    })
    if (notices.failed > 0) throw new Error(`${notices.failed} notices failed for good`)
    if (notices.pending === 0) return runs
    aheadMs += BETWEEN_RUNS_MS
  }
  throw new Error(`notices are still pending after ${MOST_RUNS} runs`)
}

let reached = 0
let runs = 0
const began = performance.now()
try {
  await writeSignals('2026-06-01', ['known-example.com'])
  const setup = await runOql(['setup', 'salesforce', '--yes', '--config', config, '--json'], env)
  if (setup.code !== 0) throw new Error(`setup ended with ${setup.code}\n${setup.stdout}\n${setup.stderr}`)
  const first = await runOql(syncArgs('2026-06-02'), env)
  if (first.code !== 0)
    throw new Error(`the first run ended with ${first.code}\n${first.stdout}${first.stderr}`)
  sandbox.control.fault({ trouble: { kind: 'slow', delayMs: CRM_MS }, kind: 'write', every: 1 })
  await writeSignals('2026-06-09', accounts)
  await receiver.kill()
  for (const { asOf } of PHASES) {
    for (let kill = 0; kill < kills / PHASES.length; kill++) {
      if (await killOnce(asOf, kill % 2 === 0, first.seconds * 1_500)) reached++
    }
    await receiver.start()
    runs += await runToTheEnd(asOf)
    await receiver.kill()
  }
} finally {
  await receiver.kill()
  await sandbox.close()
  await rm(directory, { recursive: true })
}

/** Of each id the account and direction; each channel has ids of its own. */
const ids = new Map(receiver.taken.map(({ id, domain, direction }) => [id, `${domain} ${direction}`]))
const idsOf = Map.groupBy(ids, ([, change]) => change)
const changes = accounts.flatMap(domain => PHASES.map(({ direction }) => `${domain} ${direction}`))
const CHANNELS = 2
const directions = new Map<string, string[]>()
for (const { domain, direction } of receiver.taken) {
  const before = directions.get(domain) ?? []
  if (!before.includes(direction)) directions.set(domain, [...before, direction])
}
const wanted = PHASES.map(({ direction }) => direction).join()
const outOfOrder = accounts.filter(domain => directions.get(domain)?.join() !== wanted)
const missing = changes.filter(change => (idsOf.get(change)?.length ?? 0) < CHANNELS)
const manyIds = changes.filter(change => (idsOf.get(change)?.length ?? 0) > CHANNELS)
const taskIds = sandbox.control.records('Task').map(({ fields }) => String(fields.OQL_Notice_Id__c))
/** The account of the first run moves down with the others. */
const wantedTasks = changes.length + 1
console.table({
  'stage changes': changes.length,
  'kills of service and receiver': kills,
  'of them while something was told': reached,
  'whole runs after the kills': runs,
  'webhook requests': receiver.counts.requests,
  'refused with 500': receiver.counts.refused,
  'connections reset': receiver.counts.reset,
  'taken, and the answer lost': receiver.counts.lost,
  'changes missing at one of two channels': missing.length,
  'changes with more than one id for a channel': manyIds.length,
  'taken again, under the same id': receiver.taken.length - ids.size,
  'accounts out of order': outOfOrder.length,
  'tasks wanted (the account of the first run moves too)': wantedTasks,
  'tasks in Salesforce': taskIds.length,
  'tasks twice': taskIds.length - new Set(taskIds).size,
  seconds: Math.round((performance.now() - began) / 1_000),
})
const isWhole = missing.length + manyIds.length + outOfOrder.length === 0
if (!isWhole || taskIds.length !== wantedTasks || new Set(taskIds).size !== taskIds.length)
  process.exitCode = 1
