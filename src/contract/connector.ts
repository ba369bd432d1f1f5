import type { Logger } from 'pino'
import type { z } from 'zod'
import type { FieldSpec } from './fields.ts'
import type { NoticeType } from './notices.ts'
import type { Session } from './session.ts'

/** What a connector can do, object by object. */
export interface Capabilities {
  objects: readonly string[]
  /** Fields that `read` can look records up by. */
  readBy: Readonly<Record<string, readonly string[]>>
  /** Fields that hold more domains (separated by `;`) of a record matched by the first: HubSpot's additional ones. */
  alsoMatches: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  /** The unique field that carries the account's domain once a record is chosen. */
  key: Readonly<Record<string, string>>
  /** The field that holds the owner's id. */
  owner: Readonly<Record<string, string>>
  /** Fields that a new record must have: the domain stands in where the mapping gives none. */
  nameFields: Readonly<Record<string, readonly string[]>>
  /** Fields that tell candidates apart for a person. */
  display: Readonly<Record<string, readonly string[]>>
  /** Objects that `write` can create. */
  creates: readonly string[]
  /** Objects whose create, sent again after a lost answer, makes no second record. */
  idempotentCreates: readonly string[]
  /** Whether `ensureSchema` can add fields. */
  schema: boolean
  /** Where the CRM hides fields from users: what an admin does to show one, for messages. */
  fieldAccess?: string
  /** Leads beside an account's record; absent where the connector keeps none. */
  leads?: LeadCapability
  /** People of an account; absent where the connector keeps none. */
  contacts?: ContactCapability
  /** What `notify` can make. */
  notices: Readonly<Partial<Record<NoticeType, NoticeCapability>>>
}

/** How a CRM keeps leads beside the record of an account. */
export interface LeadCapability {
  object: string
  /** The unique field that carries a lead's key, such as `acme.com#1`. */
  key: string
  owner: string
  /** Fields that a lead must have: the account's domain stands in where the mapping gives none. */
  nameFields: readonly string[]
  /** Whether a lead can't be without a contact. */
  needsContact: boolean
  /** Whether the create call associates it with the account's record and the contact. */
  associates: boolean
}

/** How a CRM keeps people. */
export interface ContactCapability {
  object: string
  /** The field that holds the email; `read` looks contacts up by it. */
  email: string
  /** The field that holds the id of the account's record; absent where the create call associates it. */
  account?: string
  /** Fields that a contact must have: the email stands in where the mapping gives none. */
  nameFields: readonly string[]
}

export interface NoticeCapability {
  /** The object that carries the notice: a task, a note, an event. */
  object: string
  /** Its field that carries the notice's id, by which one that was made before is found again. */
  key: string
  /** Whether it must be a unique field to be found by. */
  unique?: boolean
  /** Fields beside the key that `ensureSchema` must make: those of the platform event. */
  fields: readonly FieldSpec[]
}

export interface Tools {
  log: Logger
  now: () => Date
  /**
   * For whatever lets this session in and does not stand in its config: tokens that the CRM gave, refreshed ones,
   * signed assertions. Told before it is used, it is taken out of all that the session says, of logs, reports and the
   * state, as the config's own secrets are.
   */
  secret(text: string): void
}

/** A local stand-in of the CRM over real HTTP, listening on 127.0.0.1. */
export interface Sandbox {
  /** What `config` needs to reach it: merged over the connector's own config. */
  config: Readonly<Record<string, unknown>>
  url: string
  close(): Promise<void>
}

export interface SandboxOptions {
  /** 0 picks a free port. */
  port: number
  /** The id of the account that it stands for; always the same one when left out. */
  account?: string
  /** No rate limits and no search lag, for measuring. */
  unlimited?: boolean
  /** Companies that the CRM already has. */
  companies?: readonly { name: string; domain: string }[]
  /** File to keep its records in between starts; in memory only when left out. */
  file?: string
  /** What this CRM alone has, such as HubSpot's `batch_errors`. */
  settings?: Readonly<Record<string, string>>
}

/** A module's default export, checked with `satisfies`. */
export interface ConnectorV1<Config> {
  contract: 'v1'
  /** Such as `hubspot`. */
  id: string
  /** Strict; secrets carry `.meta({ secret: true })`. */
  config: z.ZodType<Config>
  capabilities: Capabilities
  /** Never writes. */
  open(config: Config, tools: Tools): Promise<Session>
  /**
   * What `ensureSchema` would make, as files for the CRM's own way of deploying: path → text. For those who let no
   * integration user make fields.
   * @param wanted object → fields
   * @throws SessionFault (config) where the CRM can have no such field
   */
  schemaFiles?(config: Config, wanted: ReadonlyMap<string, readonly FieldSpec[]>): ReadonlyMap<string, string>
  /** @throws SessionFault `config` for a setting that the CRM does not have */
  sandbox?(options: SandboxOptions): Promise<Sandbox>
}
