import { Hono } from 'hono'
import type { Org } from '../org/org.ts'
import { Refusal, refusal } from './refusal.ts'
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
export type Carry = (context: ApiContext, request: Subrequest) => Promise<Response>

interface Subrequest {
  method: string
  path: string
  body: unknown
  headers: Record<string, string>
}

/** `/composite`: several calls in one, in order, each of which may refer to the answers before it. */
export function compositeRoutes(org: Org, carry: Carry): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>()
  routes.post('/', async context => {
    const body = await bodyOf(context)
    const requests = listOf(body, 'compositeRequest')
    checkRequests(requests)
    const carryAll = () => answersOf(requests, request => carry(context, request))
    if (body.allOrNone !== true) return context.json({ compositeResponse: await carryAll() })
    const answers = await org.attemptLater(carryAll, all => all.every(isDone))
    const isKept = answers.every(isDone)
    return context.json({
      compositeResponse: answers.map(answer => (isKept || !isDone(answer) ? answer : rolledBack(answer))),
    })
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

interface Answer {
  body: unknown
  httpHeaders: object
  httpStatusCode: number
  referenceId: string
}

const isDone = ({ httpStatusCode }: Answer): boolean => httpStatusCode < 300

const rolledBack = (answer: Answer): Answer => ({
  ...answer,
  httpStatusCode: 400,
  body: [
    {
      errorCode: 'PROCESSING_HALTED',
      message: 'The transaction was rolled back since another operation in the same transaction failed.',
    },
  ],
})

async function answersOf(
  requests: readonly JsonObject[],
  carry: (request: Subrequest) => Promise<Response>,
): Promise<Answer[]> {
  const bodies = new Map<string, unknown>()
  const answers: Answer[] = []
  for (const request of requests) {
    const referenceId = String(request.referenceId)
    const { status, body } = await answerOf(request, bodies, carry)
    if (status < 300) bodies.set(referenceId, body)
    answers.push({ body, httpHeaders: {}, httpStatusCode: status, referenceId })
  }
  return answers
}

/** A request that refers to one that failed is halted; the others go on. */
async function answerOf(
  request: JsonObject,
  bodies: ReadonlyMap<string, unknown>,
  carry: (request: Subrequest) => Promise<Response>,
): Promise<{ status: number; body: unknown }> {
  try {
    const answer = await carry(subrequest(request, bodies))
    return { status: answer.status, body: await bodyOfAnswer(answer) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: error.errors }
  }
}

function checkRequests(requests: readonly JsonObject[]): void {
  if (requests.length > MAX_SUBREQUESTS) {
    throw refusal(400, 'LIMIT_EXCEEDED', `at most ${MAX_SUBREQUESTS} subrequests, not ${requests.length}`)
  }
  if (requests.filter(({ url }) => LARGE.test(String(url))).length > MAX_LARGE_SUBREQUESTS) {
    throw refusal(400, 'LIMIT_EXCEEDED', `at most ${MAX_LARGE_SUBREQUESTS} collections and queries`)
  }
}

function subrequest(
  { method, url, body, httpHeaders }: JsonObject,
  answers: ReadonlyMap<string, unknown>,
): Subrequest {
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
