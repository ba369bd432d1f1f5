import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { StatePlace } from '../../src/state/database/location.ts'
import { CRM_FIELDS, mappingText } from '../project/crm-fields.ts'
import type { CrmName } from '../project/sandboxes.ts'
import { usesCsv } from '../project/uses.ts'
import { BY_ENVIRONMENT, writeConfig } from '../project/write-config.ts'

/** Two replicas: data directories of their own, one state. */
export const REPLICAS = ['a', 'b'] as const
export type Replica = (typeof REPLICAS)[number]

export const configOf = (folder: string, replica: Replica): string => path.join(folder, `oql-${replica}.yaml`)

/** The configs of both replicas, for sandboxes that the environment names: tasks in both CRMs, and two webhooks. */
export async function writeProject(folder: string, state: StatePlace, receiver: string): Promise<void> {
  for (const replica of REPLICAS) {
    const text = {
      data: `data-${replica}`,
      state: { url: state.url, schema: state.schema },
      connectors: { hubspot: connector('hubspot'), salesforce: connector('salesforce') },
      main: `notices: { on_first_run: notify, max_per_run: 100000 }
schedule: { cron: "* * * * *", jitter: 0s }
serve: { port: 0 }
notify:
  - { name: hook, use: webhook, url: "${receiver}/hook", allow_private: true }
  - { name: confirmed, use: webhook, url: "${receiver}/confirmed", allow_private: true, after: hubspot }`,
    }
    await writeConfig(folder, text, path.basename(configOf(folder, replica)))
  }
}

const VALUES = ['stage', 'stage_since', 'previous_stage', 'score', 'reason', 'last_seen', 'signals_30']

/** What a task says names its change, so that one that is there twice shows under whatever id. */
const connector = (name: CrmName) => ({
  use: name,
  config: BY_ENVIRONMENT[name],
  mapping: mappingText(CRM_FIELDS[name], {
    values: VALUES,
    lines: `create: { when: {}, as: ${CRM_FIELDS[name].object} }
on_stage_change:
  - task: { when: {}, subject: "{{domain}} {{direction}} {{stage_since}}", body: "{{reason}}" }`,
  }),
})

const domainOf = (n: number): string => `account-${n}-example.com`

const MS_PER_DAY = 86_400_000
/** Longer than what makes an account inactive (60 days). */
const ROUND_DAYS = 70
const FIRST_ROUND = Date.UTC(2024, 0, 10)

/** The moment that the runs of a round stand at. */
export const asOfRound = (round: number): string => dayOf(FIRST_ROUND + round * ROUND_DAYS * MS_PER_DAY)

/** What comes in before a round. Every account moves in each: it is new or back in one, and inactive in the next. */
export async function writeSignals(folder: string, round: number, accounts: number): Promise<void> {
  const before = FIRST_ROUND + round * ROUND_DAYS * MS_PER_DAY - MS_PER_DAY
  if (round % 2 === 0) await writeUse(folder, dayOf(before), { from: 0, to: accounts })
}

/** A day's use of the product by these accounts. */
export async function writeUse(
  folder: string,
  day: string,
  { from, to }: { from: number; to: number },
): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n)
  const domains = numbers.map(domainOf)
  const names = new Map(domains.map((domain, n) => [domain, `Account ${numbers[n]}`]))
  const csv = usesCsv({
    day,
    domains,
    version: 'latest',
    actor: '',
    name: domain => names.get(domain) ?? domain,
  })
  await writeFile(path.join(folder, `${day}-${from}.csv`), csv)
}

/** Of UTC. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
