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
