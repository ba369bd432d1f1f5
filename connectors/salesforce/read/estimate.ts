import type { Query, Session } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import type { FirstPages } from './first-pages.ts'
import { soqlOf, whereOf } from './read.ts'
import { count, lists, QUERY_PAGE } from './soql.ts'
import { isWebsite, queriesFor } from './websites.ts'

/**
 * How many HTTP calls `read` makes for a query. Totals are asked for once in a session, one call each: by the first page
 * of the read itself where its fields are known.
 */
export function createEstimate(client: Client, firstPages: FirstPages): Session['estimate'] {
  const totals = new Map<string, number>()

  return async (query, call, fields) => {
    if ('ids' in query) return { calls: lists(query.ids).length }
    if ('values' in query) return { calls: queriesBy(query) }
    const soql = count(query.object, whereOf(query))
    let total = totals.get(soql)
    if (total === undefined) {
      const page =
        fields === undefined
          ? await client.query(soql, { deleted: false }, call)
          : await firstPages.fetch(soqlOf(query, fields), call)
      total = page.totalSize
      totals.set(soql, total)
    }
    // Nothing to read is told by a page too.
    return { calls: Math.max(1, Math.ceil(total / QUERY_PAGE)) }
  }
}

const queriesBy = ({ object, by, values }: Extract<Query, { values: unknown }>): number =>
  (isWebsite(object, by) ? queriesFor(values, []) : lists(values)).length
