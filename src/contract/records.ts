import type { Fields } from './fields.ts'

/** Which records to read. A read may yield more than was asked for, never fewer. */
export type Query =
  | { object: string; all: true }
  /** Records made or changed at or after `changedSince` that carry no key of ours. */
  | { object: string; changedSince: Date; unlinked: true }
  | { object: string; ids: readonly string[] }
  /**
   * Records whose field `by` holds one of the values, letter case aside. A CRM that looks in free text for what it
   * contains yields those too that hold a value among other characters.
   */
  | { object: string; by: string; values: readonly string[] }

export interface RemoteRecord {
  remoteId: string
  /** The fields that were asked for; an empty one is null. */
  fields: Fields
  createdAt: Date | null
  /** Another id that was asked for and now resolves to this record: the two were merged, or one became the other. */
  askedId?: string
  /** The record's object where it is another one than was asked for: a Lead that became an Account. */
  object?: string
}

/** What one record must become. Without `remoteId` it is to be created. */
export interface Change {
  /**
   * The account's domain, the lead's key, the person's email, or another text that names this change in its batch; no
   * two are the same.
   */
  key: string
  object: string
  /** The unique field that carries `key` where it is not `capabilities.key[object]`; a batch has one for all. */
  keyField?: string
  remoteId?: string
  fields: Fields
  /** Created together with the record. */
  associate?: readonly { object: string; remoteId: string }[]
}

/** What became of one change. `written` on a create: a record with this key was there already. */
export type Result = { key: string } & (
  | { status: 'written' | 'created'; remoteId: string }
  | { status: 'failed'; failure: Failure }
)

export type FailureKind =
  /** The CRM refuses the change as it is; the same again would be refused again. */
  | 'invalid'
  /** The record is not there any more. */
  | 'gone'
  /** A unique value is taken. */
  | 'duplicate'
  | 'forbidden'
  | 'throttled'
  /** A passing fault: the change was not made. */
  | 'transient'
  /** The change may have been made: no answer came, or one with an error that may be about several changes. */
  | 'unknown_outcome'

export interface Failure {
  kind: FailureKind
  /** In the CRM's own words. Never holds a secret. */
  message: string
  field?: string
  code?: string
  retryAfterMs?: number
  /** What the CRM's support asks for: a correlation id. */
  trace?: string
  /** Where the record lives on: it was merged into this one, or became it. A change to it may go there. */
  movedTo?: { object: string; remoteId: string }
}
