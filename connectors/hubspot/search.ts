import { type Call, SessionFault } from '../../src/contract/index.ts'
import type { HubSpotRecord } from './answers.ts'
import type { Client, Search } from './client.ts'

/** Most results on a page of a search, and of a search in all: the page after is answered with 400. */
export const SEARCH_PAGE = 200
const SEARCH_RESULTS = 10_000

/** Every record that meets all filters. The index lags writes by seconds. */
export async function* searchAll(
  client: Client,
  object: string,
  filters: Search['filters'],
  properties: string[],
  call: Call,
): AsyncIterable<HubSpotRecord> {
  let after: string | undefined
  let above = 0n
  let last = 0n
  let seen = 0
  for (;;) {
    const page = await client.search(
      object,
      { filters: [...filters, ...idAbove(above)], properties, limit: SEARCH_PAGE, after },
      call,
    )
    for (const record of page.results) last = largest(last, BigInt(record.id))
    yield* page.results
    seen += page.results.length
    after = page.paging?.next?.after
    if (after === undefined) return
    if (seen + SEARCH_PAGE <= SEARCH_RESULTS) continue
    if (last <= above) throw new SessionFault('bug', 'HubSpot did not sort a search by hs_object_id')
    above = last
    after = undefined
    seen = 0
  }
}

const idAbove = (id: bigint): Search['filters'] =>
  id === 0n ? [] : [{ propertyName: 'hs_object_id', operator: 'GT', value: String(id) }]

const largest = (left: bigint, right: bigint) => (left > right ? left : right)
