import type { Redactor } from '../domain/redactor.ts'
import type { Kind } from '../domain/signal.ts'
import type { When } from '../domain/when.ts'
import type { ConfigProblem } from './config-error.ts'
import type { Mapping } from './mapping.ts'
import type { Model } from './model.ts'
import type { Path } from './read/parsed.ts'
import type { YamlTree } from './read/yaml-tree.ts'

export const ENGINES = ['duckdb', 'postgres', 'trino'] as const
type Engine = (typeof ENGINES)[number]

export const FORMATS = ['scarf_events', 'canonical'] as const

/** The columns of a canonical signal (MODEL.md §1). */
export const COLUMNS = [
  'id',
  'occurred_at',
  'kind',
  'type',
  'account_domain',
  'account_name',
  'actor_id',
  'endpoint_id',
  'artifact',
  'version',
  'url',
  'user_agent',
  'country',
  'connection_type',
  'confidence',
  'email',
  'dnt',
] as const
export type Column = (typeof COLUMNS)[number]

/** How a source's columns become canonical ones. */
export interface SourceShape {
  format: (typeof FORMATS)[number]
  /** Type of a signal → its kind, beside those that the format knows. */
  types: Readonly<Record<string, Kind>>
  /** Canonical column → the source's own. */
  columns: Readonly<Partial<Record<Column, string>>>
  /** Values for canonical columns that are not there, as a file would hold them. */
  defaults: Readonly<Partial<Record<Column, string>>>
}

export type SourceConfig =
  /** `path`: a path or glob, absolute, or an address such as s3://… */
  | ({ type: 'files'; name: string; path: string } & SourceShape)
  | ({ type: 'table'; name: string; table: string } & SourceShape)
  | { type: 'scarf_api'; name: string; owner: string; token: string; types: Readonly<Record<string, Kind>> }
  /** `repositories`: owner/name. */
  | { type: 'github'; name: string; repositories: readonly string[]; token: string | null }

export interface StoreConfig {
  engine: Engine
  /** Null for duckdb. */
  url: string | null
  sources: readonly SourceConfig[]
  /** Account → domains folded into it. */
  aliases: Readonly<Record<string, readonly string[]>>
  exclude: {
    domains: readonly string[]
    freeMail: boolean
    connectionTypes: readonly string[]
    minConfidence: number
    bots: boolean
  }
  /** A share of the rows below 1, a count from 1. More stop the run. */
  maxBadRows: number
  memoryLimitBytes: number
}

/** Where a part of the config was written, for messages about it. */
interface Origin {
  tree: YamlTree
  path: Path
}

export interface ConnectorEntry {
  name: string
  /** A built-in, or an npm package that exports a connector. */
  use: string
  mapping: Mapping
  /** Absolute. */
  mappingFile: string
  /** Everyone else is left alone; null is everyone. */
  only: When | null
  /** Our own calls, as a share (0 to 1) of the CRM's daily quota; null leaves it to the CRM. */
  budget: number | null
  /** As it was written; `parseConnectorConfig` makes it what the connector wants. */
  config: Readonly<Record<string, unknown>>
  origin: Origin
  /** The config's: hears of what the connector's sessions get to be let in. */
  redactor: Redactor
}

export interface Channel {
  name: string
  url: string
  /** Which changes it hears of. */
  on: 'stage' | 'risk'
  when: When
  /** The connector that must have confirmed the change first; null waits for none. */
  after: string | null
  /** Lets the url reach private addresses, and be http. */
  allowPrivate: boolean
}

export type NotifyChannel =
  | ({ use: 'webhook'; secret: string | null } & Channel)
  /** More notices than `digestAbove` in one run become one message; null never. */
  | ({ use: 'slack'; digestAbove: number | null } & Channel)

export interface Config {
  /** Absolute. */
  file: string
  store: StoreConfig
  /** Absolute: what is landed, rolled up and spilled. */
  dataDir: string
  model: Model
  /** `sqlite:` with an absolute path, or postgres://…, where `schema` is used. */
  state: { url: string; schema: string }
  segments: Readonly<Record<string, When>>
  connectors: Readonly<Record<string, ConnectorEntry>>
  notify: readonly NotifyChannel[]
  notices: { onFirstRun: 'silent' | 'notify'; expireAfterMs: number; attempts: number; maxPerRun: number }
  /** Null: off. */
  guard: { maxStalenessMs: number | null; maxStageMoves: number | null }
  schedule: { cron: string; timezone: string; jitterMs: number }
  serve: {
    host: string
    port: number
    token: string | null
    url: string | null
    stopWithinMs: number
    ping: string | null
  }
  retention: { runsMs: number; changesMs: number; noticesMs: number }
  log: { level: LogLevel }
  /** Every text of the config files that must never be seen. */
  secrets: readonly string[]
  /** Where a secret stands that is too short to be taken out of texts. */
  shortSecrets: readonly Pick<ConfigProblem, 'file' | 'line' | 'key'>[]
  /** Takes the secrets out of what is shown or kept; those that sessions get at run time too. */
  redactor: Redactor
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
