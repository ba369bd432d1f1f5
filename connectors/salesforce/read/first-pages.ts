import type { Call } from '../../../src/contract/index.ts'
import type { Page } from '../http/answers.ts'
import type { Client } from '../http/client.ts'

/** First pages of queries that were asked for how many records there are, kept for the read that follows. */
export interface FirstPages {
  /** Asks Salesforce, and keeps the page. */
  fetch(soql: string, call: Call): Promise<Page>
  /** Once, and only while it is new: else it says what was there then. */
  take(soql: string): Page | undefined
}

/** Between an estimate and the read that it was made for nothing is asked of Salesforce. */
const NEW_FOR_MS = 60_000

export function createFirstPages(client: Client, now: () => Date): FirstPages {
  let kept: { soql: string; page: Page; at: number } | null = null
  return {
    async fetch(soql, call) {
      const page = await client.query(soql, { deleted: false }, call)
      kept = { soql, page, at: now().getTime() }
      return page
    },
    take(soql) {
      const found = kept?.soql === soql && now().getTime() - kept.at <= NEW_FOR_MS ? kept.page : undefined
      if (found !== undefined) kept = null
      return found
    },
  }
}
