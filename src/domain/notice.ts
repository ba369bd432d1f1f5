import type { Value } from './mappable.ts'
import type { Direction } from './stage.ts'

/** Which change a notice tells of. */
export type NoticeAbout = 'stage' | 'risk'

/** `dropped`: there is nobody to tell (no record), or nobody wants to know (a silent first run). `failed`: for good. */
export type NoticeStatus = 'pending' | 'delivered' | 'failed' | 'dropped'

/** A stage or risk change on its way to one channel. */
export interface OutboxNotice {
  /** Made from change and channel: the same change gives the same id at each attempt and after each restart. */
  id: string
  /** `hubspot:task:greet` for an action of a connector's mapping; the name of a channel of `notify`. */
  channel: string
  /** Whose confirmation it waits for; null waits for none. */
  connector: string | null
  about: NoticeAbout
  domain: string
  /** `as_of` of the step that moved it. */
  at: Date
  runId: string
  /** Null: from nothing. */
  from: string | null
  to: string | null
  /** Of a stage change. */
  direction: Direction | null
  /** Mappable values of the account at the moment of the change: what templates and bodies are made from. */
  content: Readonly<Record<string, Value>>
  status: NoticeStatus
  /** The CRM confirmed the change, or the channel waits for no CRM. */
  isDue: boolean
  /** It was sent, or was about to be: what became of that may never have been recorded. */
  isTried: boolean
  /** Those that failed. */
  attempts: number
  nextAttemptAt: Date | null
  /** Of the last attempt, or why it waits; for people. */
  error: string | null
  /** When it came into the outbox, by the clock. */
  since: Date
  settledAt: Date | null
}
