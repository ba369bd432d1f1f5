import type { Fields } from './fields.ts'

/** A record that leads or contacts are asked of. */
export interface Company {
  object: string
  remoteId: string
  /** The names that the account goes by: a CRM without a link from lead to company has only these. */
  names: readonly string[]
}

/** A lead as the CRM has it, whoever made it. */
export interface RemoteLead {
  remoteId: string
  /** `remoteId` of the company asked for that it belongs to; null where it was asked for by key. */
  company: string | null
  /** Ours, such as `acme.com#1`; null on a lead that people made. */
  key: string | null
  /** A converted one became an account, and is never written. */
  state: 'open' | 'closed' | 'converted'
  /** When it was closed or converted, as far as the CRM tells (else its last change); null while it is open. */
  closedAt: Date | null
}

/** A contact of a company. */
export interface RemoteContact {
  remoteId: string
  /** `remoteId` of the company asked for. */
  company: string
  changedAt: Date | null
  /** The fields that were asked for. */
  fields: Fields
}
