/** How one connector fared in one run; its shape is the run report's (DESIGN.md). */
export interface ConnectorReport {
  /** `failed`: nothing was written or finished. `partial`: something was, and something was not. */
  status: 'ok' | 'partial' | 'failed'
  /** All links after the run. */
  linked: number
  /** Links made in this run to records that were there. */
  matched: number
  ambiguous: number
  created: number
  updated: number
  unchanged: number
  /** Accounts that share a record with a better one. */
  shared: number
  skipped: number
  rejected: number
  calls: { read: number; write: number }
  seconds: number
  /** What went wrong and what to do about it, for people. */
  problems: string[]
  /** Our calls of the CRM's day so far, and how many `budget` allows. */
  budget?: { used: number; of: number }
  /** Where the mapping has leads. */
  leads?: LeadCounts
  /** Where the mapping has people. */
  people?: PeopleCounts
}

export interface LeadCounts {
  made: number
  updated: number
  /** Open leads after the run: ours, and those of people that stand for ours. */
  open: number
  notMade: Partial<Record<LeadNotMade, number>>
}

/** Why an account that deserves a lead got none in this run. */
export type LeadNotMade =
  /** The CRM wants a contact, and nobody is known at the company. */
  | 'no_person'
  /** People made one that is open. */
  | 'open_lead'
  /** Ours was closed, and `again` makes no other, or not yet. */
  | 'closed'
  | 'converted'
  /** The account has no record of its own in this CRM: none, a shared one, or one that is a lead itself. */
  | 'no_record'
  /** This CRM, as it was bought, has no leads. */
  | 'leads_unavailable'
  /** The CRM refused the same lead before. */
  | 'rejected'

export interface PeopleCounts {
  made: number
  updated: number
  /** Contacts that were there. */
  found: number
  /** Emails that several contacts have: none is written. */
  ambiguous: number
}

/** What a connector has done before it has done anything. */
export const blankReport = (): ConnectorReport => ({
  status: 'ok',
  linked: 0,
  matched: 0,
  ambiguous: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  shared: 0,
  skipped: 0,
  rejected: 0,
  calls: { read: 0, write: 0 },
  seconds: 0,
  problems: [],
})

export const inWords = ({ message, hint }: { message: string; hint?: string | undefined }): string =>
  hint === undefined ? message : `${message}. ${hint}`
