import { Hono } from 'hono'
import { makeId } from '../org/id.ts'
import type { Org } from '../org/org.ts'
import type { Found } from '../soql/soql-found.ts'
import { parseSoql } from '../soql/soql-parse.ts'
import { runSoql } from '../soql/soql-run.ts'
import { refusal } from './refusal.ts'
import { type ApiContext, type ApiEnv, baseOf } from './request-parts.ts'

const PAGE_ROWS = 2_000
const MIN_PAGE_ROWS = 200
/** A locator is good for two days. */
const LOCATOR_MS = 172_800_000
/** Open queries of one user; the oldest makes way. */
const MAX_LOCATORS = 10

interface OpenQuery {
  found: Found
  pageRows: number
  until: number
}

/** `/query`, `/queryAll` and the pages that follow. What a query found stays as it was. */
export function queryRoutes(org: Org): Hono<ApiEnv> {
  const open = new Map<string, OpenQuery>()
  let made = 0
  const routes = new Hono<ApiEnv>()

  const first = (context: ApiContext, deleted: boolean) => {
    const soql = context.req.query('q')
    if (soql === undefined) throw refusal(400, 'MALFORMED_QUERY', 'A query string has to be specified')
    if (org.mostPatterns !== null && (soql.match(/ LIKE '/g) ?? []).length > org.mostPatterns) {
      const message = 'the filter conditions are too complicated'
      throw refusal(400, 'QUERY_TOO_COMPLICATED', message)
    }
    const base = baseOf(context)
    const found = runSoql(org, context.get('user'), parseSoql(soql), { deleted, base })
    const pageRows = pageRowsOf(context.req.header('sforce-query-options'))
    if (found.rows <= pageRows) return context.json(pageOf(found, 0, pageRows, null))
    const locator = makeId('01g', ++made)
    open.set(locator, { found, pageRows, until: org.clock.now() + LOCATOR_MS })
    for (const oldest of [...open.keys()].slice(0, -MAX_LOCATORS)) open.delete(oldest)
    return context.json(pageOf(found, 0, pageRows, `${base}/query/${locator}`))
  }
  const next = (context: ApiContext) => {
    const text = context.req.param('locator') ?? ''
    const [locator = '', start] = text.split('-')
    const query = open.get(locator)
    const from = Number(start)
    if (query === undefined || !Number.isInteger(from) || query.until <= org.clock.now()) {
      throw refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
    }
    return context.json(pageOf(query.found, from, query.pageRows, `${baseOf(context)}/query/${locator}`))
  }
  for (const [name, deleted] of [
    ['query', false],
    ['queryAll', true],
  ] as const) {
    routes.get(`/${name}`, context => first(context, deleted))
    routes.get(`/${name}/:locator`, next)
  }
  return routes
}

/** `Sforce-Query-Options: batchSize=500`; out of its bounds it is brought into them. */
function pageRowsOf(header: string | undefined): number {
  const size = Number(/batchSize\s*=\s*(\d+)/i.exec(header ?? '')?.[1] ?? PAGE_ROWS)
  return Math.min(PAGE_ROWS, Math.max(MIN_PAGE_ROWS, size))
}

function pageOf(found: Found, from: number, pageRows: number, url: string | null) {
  const to = Math.min(found.rows, from + pageRows)
  const records = Array.from({ length: Math.max(0, to - from) }, (_, at) => found.row(from + at))
  const done = to >= found.rows || url === null
  return { totalSize: found.size, done, ...(done ? {} : { nextRecordsUrl: `${url}-${to}` }), records }
}
