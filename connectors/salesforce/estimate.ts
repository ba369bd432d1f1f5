import type { Call, Query } from '../../src/contract/index.ts'
import type { Client } from './client.ts'
import { whereOf } from './read.ts'
import { count, lists, QUERY_PAGE } from './soql.ts'
import { isWebsite, queriesFor } from './websites.ts'

/** How many HTTP calls `read` makes for a query. Totals are asked for once in a session, one call each. */
export function createEstimate(client: Client): (query: Query, call: Call) => Promise<{ calls: number }> {
  const totals = new Map<string, number>()

  async function total(object: string, where: string | undefined, call: Call): Promise<number> {
    const soql = count(object, where)
    const known = totals.get(soql)
    if (known !== undefined) return known
    const { totalSize } = await client.query(soql, { deleted: false }, call)
    totals.set(soql, totalSize)
    return totalSize
  }

  return async (query, call) => {
    if ('ids' in query) return { calls: lists(query.ids).length }
    if ('values' in query) {
      const { object, by, values } = query
      return { calls: (isWebsite(object, by) ? queriesFor(values, []) : lists(values)).length }
    }
    // Nothing to read is told by a page too.
    return { calls: Math.max(1, Math.ceil((await total(query.object, whereOf(query), call)) / QUERY_PAGE)) }
  }
}
