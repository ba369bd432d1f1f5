import { type Call, SessionFault } from '../../../src/contract/index.ts'
import type { HubSpotRecord } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import type { Search } from '../http/requests.ts'

/** Most results on a page of a search. */
export const SEARCH_PAGE = 200

/**
 * Every record that meets all filters, page by page from the last id on: an offset ends at the 10,000th result, and
 * skips records when others leave the results between two pages, as they do when we write our key. The index lags
 * writes by seconds.
 */
export async function* searchAll(
  client: Client,
  object: string,
  filters: Search['filters'],
  properties: string[],
  call: Call,
): AsyncIterable<HubSpotRecord> {
  let last = 0n
  for (;;) {
    const above = last
    const search = { filters: [...filters, ...idAbove(above)], properties, limit: SEARCH_PAGE }
    const page = await client.search(object, search, call)
    for (const record of page.results) last = largest(last, BigInt(record.id))
    yield* page.results
    if (page.paging?.next === undefined) return
    if (last === above) throw new SessionFault('bug', 'HubSpot did not go on with a search above the last id')
  }
}

const idAbove = (id: bigint): Search['filters'] =>
  id === 0n ? [] : [{ propertyName: 'hs_object_id', operator: 'GT', value: String(id) }]

const largest = (left: bigint, right: bigint) => (left > right ? left : right)
