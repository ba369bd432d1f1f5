import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { StatePlace } from '../../src/state/location.ts'

/** Two replicas: data directories of their own, one state. */
export const REPLICAS = ['a', 'b'] as const
export type Replica = (typeof REPLICAS)[number]

export const configOf = (folder: string, replica: Replica): string => path.join(folder, `oql-${replica}.yaml`)

/** The configs of both replicas, for sandboxes that the environment names: tasks in both CRMs, and two webhooks. */
export async function writeProject(folder: string, state: StatePlace, receiver: string): Promise<void> {
  for (const replica of REPLICAS) {
    await writeFile(
      configOf(folder, replica),
      `version: 1
store: { sources: [{ name: own, type: files, format: canonical, path: ./*.csv }] }
data: data-${replica}
state: ${JSON.stringify({ url: state.url, schema: state.schema })}
notices: { on_first_run: notify, max_per_run: 100000 }
schedule: { cron: "* * * * *", jitter: 0s }
serve: { port: 0 }
connectors:
  hubspot:
    use: hubspot
    mapping: ./hubspot.yaml
    config: { token: "\${HUBSPOT_TOKEN}", base_url: "\${HUBSPOT_BASE_URL}" }
  salesforce:
    use: salesforce
    mapping: ./salesforce.yaml
    config: { login_url: "\${SF_LOGIN_URL}", auth: { type: client_credentials, client_id: "\${SF_CLIENT_ID}", client_secret: "\${SF_CLIENT_SECRET}" } }
notify:
  - { name: hook, use: webhook, url: "${receiver}/hook", allow_private: true }
  - { name: confirmed, use: webhook, url: "${receiver}/confirmed", allow_private: true, after: hubspot }
`,
    )
  }
  await writeFile(path.join(folder, 'hubspot.yaml'), mapping('companies', 'domain', 'name', hubspotName))
  await writeFile(path.join(folder, 'salesforce.yaml'), mapping('Account', 'Website', 'Name', salesforceName))
}

const FIELDS = ['stage', 'stage_since', 'previous_stage', 'score', 'reason', 'last_seen', 'signals_30']

const hubspotName = (value: string): string => `oql_${value}`
const salesforceName = (value: string): string =>
  `OQL_${value.replaceAll(/(^|_)[a-z]/g, start => start.toUpperCase())}__c`

/** What a task says names its change, so that one that is there twice shows under whatever id. */
const mapping = (object: string, domain: string, name: string, named: (value: string) => string): string =>
  `object: ${object}
match: { by: ${domain} }
create: { when: {}, as: ${object} }
fields:
${FIELDS.map(value => `  - { from: ${value}, to: ${named(value)} }`).join('\n')}
  - { from: name, to: ${name}, write: on_create }
  - { from: domain, to: ${domain}, write: on_create }
on_stage_change:
  - task: { when: {}, subject: "{{domain}} {{direction}} {{stage_since}}", body: "{{reason}}" }
`

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
  const rows = Array.from({ length: to - from }, (_, n) => {
    const account = from + n
    return `${day}-${account},${day}T10:00:00Z,download,pull,${domainOf(account)},Account ${account},server,latest`
  })
  const header = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version'
  await writeFile(path.join(folder, `${day}-${from}.csv`), [header, ...rows, ''].join('\n'))
}

/** Of UTC. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
