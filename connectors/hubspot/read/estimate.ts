import type { Call, Query } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { MAX_BATCH } from '../http/limits.ts'
import type { Search } from '../http/requests.ts'
import { uniqueProperty } from '../objects.ts'
import { LIST_PAGE, unlinkedSince, VALUES_PER_SEARCH } from './read.ts'
import { SEARCH_PAGE } from './search.ts'

/** How many HTTP calls `read` makes for a query. Totals are asked for once in a session, one call each. */
export function createEstimate(client: Client): (query: Query, call: Call) => Promise<{ calls: number }> {
  const totals = new Map<string, number>()

  async function total(object: string, filters: Search['filters'], call: Call): Promise<number> {
    const key = JSON.stringify([object, filters])
    const known = totals.get(key)
    if (known !== undefined) return known
    const page = await client.search(object, { filters, properties: [], limit: 1 }, call)
    totals.set(key, page.total)
    return page.total
  }

  return async (query, call) => {
    if ('ids' in query) return { calls: parts(query.ids.length, MAX_BATCH) }
    if ('values' in query) {
      const size = query.by === uniqueProperty(query.object) ? MAX_BATCH : VALUES_PER_SEARCH
      return { calls: parts(query.values.length, size) }
    }
    if ('all' in query) return { calls: pages(await total(query.object, [], call), LIST_PAGE) }
    return {
      calls: pages(
        await total(query.object, unlinkedSince(query.object, query.changedSince), call),
        SEARCH_PAGE,
      ),
    }
  }
}

const parts = (members: number, size: number) => Math.ceil(members / size)

/** Nothing to read is told by a page too. */
const pages = (records: number, size: number) => Math.max(1, parts(records, size))
