import type { Value } from './mappable.ts'

/** `retire` clears our fields of an account that the config now leaves out. */
const ACTIONS = ['create', 'update', 'retire'] as const
export type Action = (typeof ACTIONS)[number]

/** What the work is worth, most first: when calls run short, the rest waits for the next run. */
export const PRIORITIES = { stageChange: 0, create: 1, scoreMove: 2, refresh: 3 } as const
export type Priority = (typeof PRIORITIES)[keyof typeof PRIORITIES]

/** Of which record: the account's own, or one beside it. */
export type ChangeKind = 'account' | 'lead' | 'contact'

/** What one record must become, field by field, and why. */
export interface PlannedChange {
  connector: string
  kind: ChangeKind
  /** Names it in its object: the account's domain, the lead's key, the contact's email. */
  key: string
  /** The account's. */
  domain: string
  object: string
  /** Null for a create. */
  remoteId: string | null
  action: Action
  fields: Readonly<Record<string, { from: Value; to: Value }>>
  /** Fields of `fields` that are written only where the record, read just before, has none. */
  ifEmpty: readonly string[]
  /** Records that a create is tied to in the same call. */
  associate: readonly { object: string; remoteId: string }[]
  /** One sentence for people. */
  why: string
  priority: Priority
}

/** The values, by CRM field, that the record holds as far as we know. */
export interface Delivered {
  fields: Readonly<Record<string, Value>>
  /** `as_of` of the run that last wrote the record; null where we never did. */
  asOf: Date | null
}
