import { Hono } from 'hono'
import { refusal } from './refusal.ts'
import {
  type ApiContext,
  type ApiEnv,
  bodyOf,
  isJsonObject,
  type JsonObject,
  listOf,
} from './request-parts.ts'

const MAX_SUBREQUESTS = 25
/** Of them, collections and queries. */
const MAX_LARGE_SUBREQUESTS = 5
const LARGE = /\/composite\/sobjects(\/|\?|$)|\/query(All)?(\/|\?|$)/

/** Carries a subrequest out, as the same user. */
export type Carry = (
  context: ApiContext,
  request: { method: string; path: string; body: unknown; headers: Record<string, string> },
) => Promise<Response>

/** `/composite`: several calls in one, in order, each of which may refer to the answers before it. No `allOrNone`. */
export function compositeRoutes(carry: Carry): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  routes.post('/', async context => {
    const body = await bodyOf(context)
    const requests = listOf(body, 'compositeRequest')
    checkRequests(requests)
    if (body.allOrNone === true) {
      throw refusal(501, 'NOT_IMPLEMENTED', 'the sandbox has no composite with allOrNone')
    }
    const answers = new Map<string, unknown>()
    const compositeResponse = []
    for (const request of requests) {
      const referenceId = String(request.referenceId)
      const answer = await carry(context, subrequest(request, answers))
      const read = await bodyOfAnswer(answer)
      answers.set(referenceId, read)
      compositeResponse.push({ body: read, httpHeaders: {}, httpStatusCode: answer.status, referenceId })
    }
    return context.json({ compositeResponse })
  })
  routes.post('/batch', async context => {
    const requests = listOf(await bodyOf(context), 'batchRequests')
    checkRequests(requests)
    const results = []
    for (const { method, url, richInput } of requests) {
      const path = `/services/data/${String(url).replace(/^\/?(services\/data\/)?/, '')}`
      const answer = await carry(context, { method: String(method), path, body: richInput, headers: {} })
      results.push({ statusCode: answer.status, result: await bodyOfAnswer(answer) })
    }
    return context.json({ hasErrors: results.some(({ statusCode }) => statusCode >= 400), results })
  })
  return routes
}

function checkRequests(requests: readonly JsonObject[]): void {
  if (requests.length > MAX_SUBREQUESTS) {
    throw refusal(400, 'LIMIT_EXCEEDED', `at most ${MAX_SUBREQUESTS} subrequests, not ${requests.length}`)
  }
  if (requests.filter(({ url }) => LARGE.test(String(url))).length > MAX_LARGE_SUBREQUESTS) {
    throw refusal(400, 'LIMIT_EXCEEDED', `at most ${MAX_LARGE_SUBREQUESTS} collections and queries`)
  }
}

function subrequest({ method, url, body, httpHeaders }: JsonObject, answers: ReadonlyMap<string, unknown>) {
  const headers = isJsonObject(httpHeaders)
    ? Object.fromEntries(Object.entries(httpHeaders).map(([name, value]) => [name, String(value)]))
    : {}
  const filled: unknown = body === undefined ? undefined : JSON.parse(refer(JSON.stringify(body), answers))
  return { method: String(method), path: refer(String(url), answers), body: filled, headers }
}

/** Puts in what an earlier answer said: `@{account.id}`. */
function refer(text: string, answers: ReadonlyMap<string, unknown>): string {
  return text.replace(/@\{([^}]+)\}/g, (_whole, reference: string) => {
    const [first = '', ...rest] = reference.replace(/\[(\d+)\]/g, '.$1').split('.')
    let value = answers.get(first)
    for (const part of rest) {
      value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined
    }
    if (value === undefined)
      throw refusal(400, 'PROCESSING_HALTED', `Invalid reference specified: ${reference}`)
    return String(value)
  })
}

async function bodyOfAnswer(answer: Response): Promise<unknown> {
  const text = await answer.text()
  return text === '' ? null : JSON.parse(text)
}
