import type { Delivered } from './planned-change.ts'

/** What stands in a CRM beside an account's record. */
export type RelatedKind = 'lead' | 'contact'

/** Of a lead; a contact is always open. A converted lead became an account, and is never written. */
export type RelatedStatus = 'open' | 'closed' | 'converted'

/** A lead or contact that we made or write, tied to its account. */
export interface RelatedRecord {
  connector: string
  kind: RelatedKind
  /** A lead's, such as `acme.com#1`; a contact's email. Unique for connector and kind. */
  key: string
  domain: string
  object: string
  remoteId: string
  status: RelatedStatus
  /** What it holds as far as we know. */
  delivered: Delivered
  /** `as_of` of the run that made it; null where it was there. */
  madeAt: Date | null
  closedAt: Date | null
}
