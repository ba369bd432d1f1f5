import { type Failure, type FailureKind, RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import { contextOf, explain, type Problem, problemSchema } from './problem.ts'

/** An answer as it came over the wire. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

export type Kind = 'read' | 'write'

/** HubSpot asks for two seconds where a record is locked by other work (423). */
const LOCKED_RETRY_MS = 2_000
/** A limit of its own second, and the rolling ten seconds of an app: after these it is free again for sure. */
const SECOND_MS = 1_000
const TEN_SECONDS_MS = 10_000

/** Codes of a property, not of its value: they hold for every input that names the property. */
export const PROPERTY_CODES: ReadonlySet<string> = new Set(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE'])

/** Kinds of refusal that the same change alone would meet again. */
export const REFUSALS: ReadonlySet<FailureKind> = new Set(['invalid', 'duplicate', 'gone'])

/** What to throw for an answer that is no success. `now` is for a Retry-After that is a date. */
export function refusal(answer: Answer, kind: Kind, now: Date): RequestFailed | SessionFault {
  const problem = parsed(answer.text)
  const failure = problem === null ? withoutWords(answer, kind) : inWords(problem, answer, kind)
  const wait = retryAfterMs(answer, problem, now)
  const { status } = answer
  if (status === 401) {
    return new SessionFault('auth', `HubSpot does not accept the token: ${failure.message}. Check \`token\``)
  }
  if (status === 403 && problem?.category === 'MISSING_SCOPES') return missingScopes(problem)
  if (status === 429 && problem?.policyName === 'DAILY') {
    return new SessionFault('quota', `HubSpot's calls for today are used up: ${failure.message}`)
  }
  if (status >= 300 && status < 400) {
    return new SessionFault(
      'config',
      `\`base_url\` answers with a redirect (HTTP ${status}): name the API itself`,
    )
  }
  return new RequestFailed({ ...failure, ...(wait === undefined ? {} : { retryAfterMs: wait }) })
}

/** What became of one input of a batch that HubSpot refused. */
export function itemFailure(problem: Problem, trace: string | undefined): Failure {
  const id = problem.correlationId ?? trace
  return {
    kind: kindOf(problem) ?? 'invalid',
    ...explain(problem),
    ...(id === undefined ? {} : { trace: id }),
  }
}

/** The code of a failure for which HubSpot has none of its own. */
export const statusCode = (status: number) => `HTTP_${status}`

function parsed(text: string): Problem | null {
  try {
    return problemSchema.parse(JSON.parse(text))
  } catch {
    // HTML from a proxy, or nothing at all.
    return null
  }
}

/** A page of HTML comes from something before HubSpot's API: below 500 it never let the request through. */
function withoutWords(answer: Answer, kind: Kind): Failure {
  const trace = answer.headers.get('x-hubspot-correlation-id')
  return {
    kind: kindOfStatus(answer.status, kind) ?? 'transient',
    message: `HubSpot answered HTTP ${answer.status} without a JSON body`,
    code: statusCode(answer.status),
    ...(trace === null ? {} : { trace }),
  }
}

function inWords(problem: Problem, answer: Answer, kind: Kind): Failure {
  const trace = problem.correlationId ?? answer.headers.get('x-hubspot-correlation-id')
  return {
    kind: kindOfStatus(answer.status, kind) ?? kindOf(problem) ?? byStatus(answer.status),
    code: statusCode(answer.status),
    ...explain(problem),
    ...(trace === null ? {} : { trace }),
  }
}

/** Kinds that the status alone decides. A 5xx to a write may have come after the write was made. */
function kindOfStatus(status: number, kind: Kind): FailureKind | undefined {
  if ([423, 429, 477].includes(status)) return 'throttled'
  if (status >= 500 || status === 408) return kind === 'read' ? 'transient' : 'unknown_outcome'
  return undefined
}

/** A 404 without the words for a missing record may be a missing path: nobody's record is gone by it. */
function byStatus(status: number): FailureKind {
  if (status === 403) return 'forbidden'
  return status === 409 ? 'duplicate' : 'invalid'
}

/** Kinds that HubSpot's words decide; undefined where they don't. */
function kindOf(problem: Problem): FailureKind | undefined {
  const { code = '', message } = explain(problem)
  const said = `${problem.category ?? ''} ${problem.subCategory ?? ''} ${code}`
  if (/OBJECT_NOT_FOUND/.test(said)) return 'gone'
  if (/MISSING_SCOPES|FORBIDDEN|BANNED/.test(said)) return 'forbidden'
  if (/RATE_LIMIT/.test(said)) return 'throttled'
  if (/UNIQUE|CONFLICT|(ALREADY|CONTACT)_EXISTS/.test(said) || TAKEN.test(message)) return 'duplicate'
  if (/INTERNAL|SERVER_ERROR|TIMEOUT|UNAVAILABLE/.test(said)) return 'transient'
  return /VALIDATION|PROPERTY|INVALID/.test(said) ? 'invalid' : undefined
}

/** How HubSpot says that a unique value is taken, whatever code it gives it. */
const TAKEN = /already has that value|contact already exists/i

function missingScopes(problem: Problem): SessionFault {
  const scopes = [...new Set(contextOf(problem, /scopes$/i))]
  const named = scopes.length === 0 ? explain(problem).message : scopes.join(', ')
  return new SessionFault(
    'config',
    `The HubSpot token lacks a scope: ${named}. Add it to the key and try again`,
  )
}

function retryAfterMs(answer: Answer, problem: Problem | null, now: Date): number | undefined {
  if (answer.status === 423) return LOCKED_RETRY_MS
  const asked = answer.headers.get('retry-after')
  if (asked !== null && /^\d+(\.\d+)?$/.test(asked.trim())) return Math.ceil(Number(asked) * 1_000)
  const until = asked === null ? Number.NaN : Date.parse(asked)
  if (!Number.isNaN(until)) return Math.max(0, until - now.getTime())
  if (answer.status !== 429) return undefined
  return problem?.policyName?.startsWith('SECONDLY') ? SECOND_MS : TEN_SECONDS_MS
}
