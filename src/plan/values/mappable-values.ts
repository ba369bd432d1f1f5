import type { Account } from '../../domain/account.ts'
import { COUNT_FACTS, type FactName, RATIO_FACTS } from '../../domain/facts.ts'
import type { Value } from '../../domain/mappable.ts'
import type { Stage } from '../../domain/stage.ts'

/** What an account's values depend on beside the account. */
export interface ValueContext {
  /** The model's name. */
  model: string
  labels: Readonly<Record<Stage, string>>
  /** Of the run. */
  asOf: Date
  /** `serve.url`; null where it is not set. */
  consoleUrl: string | null
}

/** Finds an account's value by its name in CONFIG.md's table. A name that is not there is a bug: the config is checked. */
export function mappableValues(account: Account, context: ValueContext): (name: string) => Value {
  return name => {
    const read = READERS.get(name)
    if (read === undefined) throw new Error(`No mappable value is called ${name}`)
    return read(account, context)
  }
}

/** Where the console shows an account. */
const accountUrl = (consoleUrl: string, domain: string): string =>
  `${consoleUrl.replace(/\/+$/, '')}/accounts/${encodeURIComponent(domain)}`

/** ISO 8601 in UTC, to the second: no CRM keeps more, and what it can't keep would differ for ever. */
export const isoSecond = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

type Reader = (account: Account, context: ValueContext) => Value

const fact = (name: FactName): [string, Reader] => [name, ({ facts }) => facts[name]]

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['domain', account => account.domain],
  ['name', account => account.name],
  ['reason', account => account.reason],
  ['top_artifacts', ({ topArtifacts }) => (topArtifacts.length === 0 ? null : topArtifacts.join(','))],
  ['stage', account => account.stage],
  ['previous_stage', account => account.previousStage],
  ['stage_direction', account => account.stageDirection],
  ['trend', account => account.trend],
  ['risk', account => account.risk],
  ['stage_label', (account, { labels }) => labels[account.stage]],
  [
    'previous_stage_label',
    ({ previousStage }, { labels }) => (previousStage === null ? null : labels[previousStage]),
  ],
  ['score', account => account.score],
  ['points', account => account.points],
  ['stage_since', account => isoSecond(account.stageSince)],
  ['first_seen', account => isoSecond(account.firstSeen)],
  ['last_seen', account => isoSecond(account.lastSeen)],
  ...COUNT_FACTS.map(fact),
  ...RATIO_FACTS.map(fact),
  ['country', account => account.country],
  ['industry', account => account.industry],
  ['size', account => account.size],
  ['model', (_account, { model }) => model],
  ['as_of', (_account, { asOf }) => isoSecond(asOf)],
  [
    'console_url',
    ({ domain }, { consoleUrl }) => (consoleUrl === null ? null : accountUrl(consoleUrl, domain)),
  ],
])
