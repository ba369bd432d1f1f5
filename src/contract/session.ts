import type { Field, FieldSpec, SchemaStep } from './fields.ts'
import type { Change, Query, RemoteRecord, Result } from './records.ts'

/** What the CRM allows, refreshed from its own headers. Read anew before every request. */
export interface Limits {
  /** Most changes in one `write`. */
  maxBatch: number
  maxConcurrent: number
  perInterval?: Rate
  /** Requests that have a limit of their own beside it, by lane (HubSpot: `search`). */
  lanes?: Readonly<Record<string, Rate>>
  /** Calls left today; absent where the CRM does not tell. */
  dailyLeft?: number
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

/** What a session found out about itself and its CRM. */
export interface CheckReport {
  /** Who we are to the CRM: portal or org, user or app. No secret. */
  identity: string
  /** What keeps the sync from working, all at once. */
  problems: readonly CheckProblem[]
  /** What a person should know. */
  warnings: readonly CheckProblem[]
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
  /** Owners that the mapping names. */
  owners: readonly string[]
}

/** An open connector. It does not retry, pace, sleep or remember: the core does. */
export interface Session {
  readonly limits: Limits
  /** Who am I, what may I not do. Reads only. Missing fields are found by the core, from `describe`. */
  check(intent: Intent, call: Call): Promise<CheckReport>
  describe(object: string, call: Call): Promise<Field[]>
  /** Adds what is missing; never removes, retypes or drops an option. What it can't do is a `conflict` step. */
  ensureSchema(
    object: string,
    wanted: readonly FieldSpec[],
    call: Call & { dryRun: boolean },
  ): Promise<SchemaStep[]>
  /** How many HTTP calls `read` would make: the core takes the cheaper way. */
  estimate(query: Query, call: Call): Promise<{ calls: number }>
  /** Every record that the query means, maybe more, never fewer. Normalises nothing, picks nothing. */
  read(query: Query, fields: readonly string[], call: Call): AsyncIterable<RemoteRecord>
  /**
   * Exactly one result for each key, in any order. A record's fault is a result; a session's fault is thrown. All
   * changes of a batch are of one object and either all with or all without `remoteId`.
   */
  write(batch: readonly Change[], call: Call): Promise<Result[]>
  close(): Promise<void>
}
