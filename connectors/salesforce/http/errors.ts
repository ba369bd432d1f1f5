import { z } from 'zod'
import { type Failure, type FailureKind, RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import type { Answer } from './exchange.ts'

export type Kind = 'read' | 'write'

/** The token is not taken any more. Not passing as such: a new token has to be asked for first. */
export class TokenExpired extends Error {}

/** What Salesforce says of a request that it refused, in JSON. */
const problemsSchema = z
  .array(
    z.object({
      message: z.string().default(''),
      errorCode: z.string(),
      fields: z.array(z.string()).optional().catch(undefined),
    }),
  )
  .min(1)

/** The same in XML: metadata, and answers that never got as far as the REST API. */
const SOAP_FAULT = /<faultcode>(?:[^<:]+:)?([^<]+)<\/faultcode>\s*<faultstring>([^<]*)<\/faultstring>/

const NO_LONGER_LET_IN: ReadonlySet<string> = new Set(['INVALID_SESSION_ID', 'SESSION_EXPIRED'])
const NO_API: ReadonlySet<string> = new Set(['API_DISABLED_FOR_ORG', 'API_CURRENTLY_DISABLED'])

/** A rejection is read by people and kept in the state: longer texts say nothing more. */
const MAX_MESSAGE_CHARS = 1_000

interface Problem {
  code: string
  message: string
  field?: string
  /** Whatever SOAP refuses comes as HTTP 500: there the status says nothing. */
  soap?: true
}

/** What to throw for an answer that is no success. */
export function refusal(answer: Answer, kind: Kind): RequestFailed | SessionFault | TokenExpired {
  const { status } = answer
  const problem = problemOf(answer.text)
  if (problem !== undefined && NO_LONGER_LET_IN.has(problem.code)) return new TokenExpired(problem.message)
  if (status === 401) return new TokenExpired(problem?.message ?? 'HTTP 401')
  if (status >= 300 && status < 400) return misdirected(status)
  if (problem === undefined) return new RequestFailed(withoutWords(answer, kind))
  const fault = faultOf(problem)
  if (fault !== undefined) return fault
  const { soap, ...words } = problem
  const isTold = soap === true && problem.code !== 'UNKNOWN_EXCEPTION'
  const byStatus = isTold ? undefined : kindOfStatus(status, kind)
  return new RequestFailed({ ...words, kind: byStatus ?? kindOf(problem, status) })
}

/** The 25 long calls at once are an answer of the same code as the day's calls. */
export const isConcurrency = (message: string): boolean => /concurrent/i.test(message)

/** Errors of a connection that was never made: nothing can have been written. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What to throw where no answer came. */
export function unanswered(error: unknown, kind: Kind, signal: AbortSignal): RequestFailed {
  const code = codeOf(error)
  const lost = kind === 'write' && !(code !== undefined && NEVER_SENT.has(code))
  const message = signal.aborted
    ? 'Salesforce did not answer in time'
    : `no answer from Salesforce: ${reasonOf(error)}`
  return new RequestFailed({
    kind: lost ? 'unknown_outcome' : 'transient',
    message,
    ...(code === undefined ? {} : { code }),
  })
}

/** A success of another shape than Salesforce's: lost for a write, a bug for a read, a passing page of a proxy. */
export function misshapen(answer: Answer, kind: Kind, what: string): RequestFailed | SessionFault {
  if (kind === 'write') {
    return new RequestFailed({
      kind: 'unknown_outcome',
      message: `Salesforce's answer can't be read: ${what}`,
    })
  }
  if (/^\s*</.test(answer.text) || answer.text.trim() === '')
    return new RequestFailed(withoutWords(answer, kind))
  return new SessionFault('bug', `Salesforce's answer has an unknown shape: ${what}`)
}

function problemOf(text: string): Problem | undefined {
  const [, code, message] = SOAP_FAULT.exec(text) ?? []
  if (code !== undefined) return { code, message: cut(message ?? ''), soap: true }
  try {
    const [first] = problemsSchema.parse(JSON.parse(text))
    if (first === undefined) return undefined
    const field = first.fields?.[0]
    return { code: first.errorCode, message: cut(first.message), ...(field === undefined ? {} : { field }) }
  } catch {
    // HTML of a proxy or of an org in maintenance, or nothing at all.
    return undefined
  }
}

const cut = (message: string): string => message.slice(0, MAX_MESSAGE_CHARS)

/** A page of HTML comes from something before the API: below 500 it never let the request through. */
function withoutWords({ status }: Answer, kind: Kind): Failure {
  return {
    kind: kindOfStatus(status, kind) ?? 'transient',
    message: `Salesforce answered HTTP ${status} with a page and no reason`,
    code: `HTTP_${status}`,
  }
}

/** Kinds that the status alone decides. A 5xx to a write may have come after the write was made. */
function kindOfStatus(status: number, kind: Kind): FailureKind | undefined {
  if (status === 429) return 'throttled'
  return status >= 500 || status === 408 || status === 420
    ? kind === 'read'
      ? 'transient'
      : 'unknown_outcome'
    : undefined
}

function kindOf({ code, message }: Problem, status: number): FailureKind {
  if (code === 'REQUEST_LIMIT_EXCEEDED' && isConcurrency(message)) return 'throttled'
  if (code === 'UNABLE_TO_LOCK_ROW' || code === 'QUERY_TIMEOUT' || code === 'SERVER_UNAVAILABLE')
    return 'transient'
  if (code === 'ENTITY_IS_DELETED') return 'gone'
  if (code.startsWith('INSUFFICIENT_ACCESS') || status === 403) return 'forbidden'
  return status === 404 ? 'gone' : 'invalid'
}

function faultOf({ code, message }: Problem): SessionFault | undefined {
  if (code === 'REQUEST_LIMIT_EXCEEDED' && !isConcurrency(message)) {
    return new SessionFault('quota', `Salesforce's calls for today are used up: ${message}`)
  }
  if (!NO_API.has(code)) return undefined
  return new SessionFault(
    'config',
    `This Salesforce org has no API: ${message}. It comes with the Enterprise edition and above, or as an add-on`,
  )
}

const misdirected = (status: number): SessionFault =>
  new SessionFault(
    'config',
    `Salesforce answers with a redirect (HTTP ${status}): set \`login_url\` to the org itself, https://NAME.my.salesforce.com`,
  )

/** `fetch` hides the system's error in the cause of its own. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : reasonOf(error.cause)
  return cause === '' ? error.message || (codeOf(error) ?? error.name) : cause
}
