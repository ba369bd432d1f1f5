import { type Call, SessionFault } from '../../../src/contract/index.ts'
import { type Page, recordSchema, type SalesforceRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'

/**
 * Every record of a query, page by page until Salesforce says that it is done.
 * @param options first: its first page, where that was asked for before
 */
export async function* all(
  client: Client,
  soql: string,
  { first, ...options }: { deleted: boolean; first?: Page },
  call: Call,
): AsyncGenerator<SalesforceRecord> {
  let page = first ?? (await client.query(soql, options, call))
  for (;;) {
    for (const record of page.records) yield recordOf(record)
    if (page.done) return
    if (page.nextRecordsUrl === undefined) {
      throw new SessionFault('bug', 'Salesforce says that a query goes on, and not where')
    }
    page = await client.nextPage(page.nextRecordsUrl, call)
  }
}

function recordOf(record: Readonly<Record<string, unknown>>): SalesforceRecord {
  const parsed = recordSchema.safeParse(record)
  if (!parsed.success)
    throw new SessionFault('bug', 'Salesforce answered a query with a record without an Id')
  return parsed.data
}
