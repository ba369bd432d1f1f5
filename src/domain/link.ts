/** How a link came about: matching by domain, our key found on the record, a `prefer` rule, a person. */
export const LINKED_BY = ['domain', 'key', 'rule', 'hand'] as const
export type LinkedBy = (typeof LINKED_BY)[number]

/** Ties an account to its record in one CRM. */
export interface Link {
  connector: string
  domain: string
  object: string
  remoteId: string
  by: LinkedBy
  /** The record carries the account's key. */
  stamped: boolean
}
