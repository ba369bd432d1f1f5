import type { Field, FieldSpec, SchemaStep } from './fields.ts'
import type { Company, RemoteContact, RemoteLead } from './leads.ts'
import type { Notice, NoticeType } from './notices.ts'
import type { Change, Query, RemoteRecord, Result } from './records.ts'

/** What the CRM allows, refreshed from its own headers. Read anew before every request. */
export interface Limits {
  /** Most changes in one `write`. */
  maxBatch: number
  maxConcurrent: number
  perInterval?: Rate
  /** Requests that have a limit of their own beside it, by lane (HubSpot: `search`). */
  lanes?: Readonly<Record<string, Rate>>
  /** Calls left today, of everybody; absent where the CRM does not tell. */
  dailyLeft?: number
  /** Calls that the CRM allows in a day; absent where it does not tell. */
  daily?: number
  /** IANA time zone of the CRM's day; UTC where it does not tell. */
  timeZone?: string
  /** How far the CRM's clock is ahead of ours, by its last answer; absent where it does not tell. */
  clockAheadMs?: number
}

export interface Rate {
  calls: number
  ms: number
}

/** How a session may use the network during one call of the core. */
export interface Call {
  /** Aborted when the run stops. */
  signal: AbortSignal
  /**
   * Every HTTP request of a session goes through here, one at a time or several at once. The core counts it, waits
   * for its turn under the limits, gives it a deadline (`send` must obey the signal it is handed) and repeats a read
   * that failed as `throttled`, `transient` or `unknown_outcome`. `send` throws `RequestFailed` or `SessionFault`.
   */
  request<T>(
    what: { kind: 'read' | 'write'; lane?: string },
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>
}

/** A customer's own place in a CRM: a portal, an org, a workspace. */
export interface CrmAccount {
  /** Stays the same for as long as its records do, and no other account of this CRM has it. */
  id: string
  /** For people, with what they know it by: `HubSpot account 4000001`. */
  name: string
}

/** What a session found out about itself and its CRM. */
export interface CheckReport {
  /** Who we are to the CRM: portal or org, user or app. No secret. */
  identity: string
  /** What keeps the sync from working, all at once. */
  problems: readonly CheckProblem[]
  /** What a person should know. One with the code `leads_unavailable`: leads can't be made here, and none are. */
  warnings: readonly CheckProblem[]
  /** Of the owners in the intent those who left or can't own records; each is a warning too. */
  ownersGone?: readonly string[]
}

export interface CheckProblem {
  /** Such as `missing_scope`. */
  code: string
  message: string
  /** What to do about it. */
  hint?: string
}

/** What the mapping will do, so that `check` asks only for what is needed. */
export interface Intent {
  object: string
  creates: boolean
  /** The object that is created where it is another one: a Lead for an account without a record. */
  createsAs?: string
  /** The fields that the mapping writes; absent where it is not known. */
  fields?: readonly string[]
  /** Owners that the mapping names. */
  owners: readonly string[]
  /** Whether leads are made beside records (`capabilities.leads`), so that their object is checked too. */
  leads?: boolean
  /** Whether contacts are made. */
  contacts?: boolean
  /** What `notify` will make. */
  notices?: readonly NoticeType[]
}

/** A job at the CRM, as the state keeps it from before anything is sent until its results are recorded. */
export interface Ticket {
  id: string
  object: string
  /** Whether its changes make records or change them. */
  creates: boolean
}

/**
 * Many changes as one job, in steps that survive a kill: `open` makes an empty job, the core stores its ticket, `send`
 * hands over all changes and starts it, `collect` asks what became of it.
 */
export interface Bulk {
  /** From so many changes on a job costs less than batches. */
  minChanges: number
  /** Most changes in one job. */
  maxChanges: number
  /** False for a change that no job can carry as it is, such as a text that a CSV has for nothing: it goes in a batch. */
  takes?(change: Change): boolean
  open(what: { object: string; creates: boolean }, call: Call): Promise<Ticket>
  send(ticket: Ticket, changes: readonly Change[], call: Call): Promise<void>
  /**
   * One result for each of `sent`, the changes that `send` was handed (the CRM's own results do not know our keys), once
   * the job is done. `running`: ask again later.
   * `not_sent`: the job was never handed its changes or is gone without having taken any; the same changes may be sent
   * anew. A job of which only some changes were worked on answers `transient` for the others.
   */
  collect(ticket: Ticket, sent: readonly Change[], call: Call): Promise<Result[] | 'running' | 'not_sent'>
}

/** An open connector. It does not retry, pace, sleep or remember: the core does. */
export interface Session {
  readonly limits: Limits
  /**
   * Whose records this session reaches. The core asks before all else and keeps the id: another one's records must not
   * be taken for those that it knows. One request at most, and none when it is asked again. Null where the CRM does not
   * tell: then nobody can be warned.
   */
  account(call: Call): Promise<CrmAccount | null>
  /** Who am I, what may I not do. Reads only. Missing fields are found by the core, from `describe`. */
  check(intent: Intent, call: Call): Promise<CheckReport>
  /** Empty for an object that is not there yet and that `ensureSchema` makes: a platform event. */
  describe(object: string, call: Call): Promise<Field[]>
  /** Adds what is missing; never removes, retypes or drops an option. What it can't do is a `conflict` step. */
  ensureSchema(
    object: string,
    wanted: readonly FieldSpec[],
    call: Call & { dryRun: boolean },
  ): Promise<SchemaStep[]>
  /**
   * How many HTTP calls `read` would make: the core takes the cheaper way. A question for `fields`, those of the read, may
   * be the first call of that read, if it comes at once after: then it costs none.
   */
  estimate(query: Query, call: Call, fields?: readonly string[]): Promise<{ calls: number }>
  /** Every record that the query means, maybe more, never fewer. Normalises nothing, picks nothing. */
  read(query: Query, fields: readonly string[], call: Call): AsyncIterable<RemoteRecord>
  /**
   * Of this object's records that carry a key of ours, those that became another object's at or after `since` (a Lead
   * that was converted to an Account): each as what it became, with `askedId` and `object`. There where the CRM has such
   * a way; without it, it shows at the next write alone.
   */
  becameOthers?(
    asked: { object: string; since: Date },
    fields: readonly string[],
    call: Call,
  ): AsyncIterable<RemoteRecord>
  /**
   * Exactly one result for each key, in any order. A record's fault is a result; a session's fault is thrown. All
   * changes of a batch are of one object and either all with or all without `remoteId`.
   */
  write(batch: readonly Change[], call: Call): Promise<Result[]>
  /**
   * Every lead of these companies, whoever made it, and every lead that carries one of these keys. May yield more, and
   * a lead twice; never fewer. There where `capabilities.leads` is. Never by a search that lags.
   */
  leads?(
    asked: { companies: readonly Company[]; keys: readonly string[] },
    call: Call,
  ): AsyncIterable<RemoteLead>
  /** Of each company at least the most recently changed contact. There where `capabilities.contacts` is. */
  contacts?(
    companies: readonly Company[],
    fields: readonly string[],
    call: Call,
  ): AsyncIterable<RemoteContact>
  /** Of these owners those who may be given records and tasks now. */
  activeOwners?(ids: readonly string[], call: Call): Promise<ReadonlySet<string>>
  /**
   * Makes tasks, notes and events: exactly one result for each id, as `write`, with the id as the result's key. One
   * that is there already (`mayExist`) answers `written`. All of a batch are of one type; `limits.maxBatch` at most.
   * There where `capabilities.notices` names a type.
   */
  notify?(notices: readonly Notice[], call: Call): Promise<Result[]>
  /** The CRM's way for many changes at once, where it has one. */
  bulk?: Bulk
  close(): Promise<void>
}
