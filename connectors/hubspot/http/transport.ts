import { setImmediate } from 'node:timers/promises'
import { type Limits, RequestFailed, SessionFault } from '../../../src/contract/index.ts'
import { type Answer, type Kind, refusal } from './errors.ts'
import { refreshed, SAFE_LIMITS } from './limits.ts'

export interface Wire {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
}

export interface Transport {
  limits(): Limits
  /** The JSON of a success. Throws `RequestFailed` or `SessionFault`; when `signal` aborts, the socket is closed. */
  send(wire: Wire, kind: Kind, signal: AbortSignal): Promise<{ json: unknown; trace: string | undefined }>
}

/** Errors of a connection that was never made: nothing can have been written. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** A shorter token is made up for a test, and taking it out would tear other words apart. */
const MIN_SECRET_CHARS = 8

/** One HTTP exchange at a time, with the deadline that the SDK lacks. */
export function createTransport(token: string, now: () => Date): Transport {
  let limits = SAFE_LIMITS
  const scrub = (text: string) => (token.length < MIN_SECRET_CHARS ? text : text.replaceAll(token, '(token)'))
  return {
    limits: () => limits,
    send: async (wire, kind, signal) => {
      const answer = await exchange(wire, kind, signal, scrub)
      limits = refreshed(limits, answer.headers, now())
      if (answer.status < 200 || answer.status > 299) {
        throw refusal({ ...answer, text: scrub(answer.text) }, kind, now())
      }
      return {
        json: parsed(answer, kind),
        trace: answer.headers.get('x-hubspot-correlation-id') ?? undefined,
      }
    },
  }
}

async function exchange(
  wire: Wire,
  kind: Kind,
  signal: AbortSignal,
  scrub: (text: string) => string,
): Promise<Answer> {
  if (signal.aborted) throw new RequestFailed({ kind: 'transient', message: 'stopped before it was sent' })
  // HubSpot closes idle connections. Where that came while we computed, it must be seen first: else the request goes
  // into a closed socket, and a write that never left would pass for one whose answer was lost.
  await setImmediate()
  try {
    // A redirect would be followed with GET and lose the body; it means that `base_url` is wrong.
    const response = await fetch(wire.url, { ...wire, redirect: 'manual', signal })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    throw unanswered(error, kind, signal, scrub)
  }
}

function unanswered(
  error: unknown,
  kind: Kind,
  signal: AbortSignal,
  scrub: (text: string) => string,
): RequestFailed {
  const code = codeOf(error)
  const lost = kind === 'write' && !(code !== undefined && NEVER_SENT.has(code))
  const message = signal.aborted
    ? 'HubSpot did not answer in time'
    : `no answer from HubSpot: ${reasonOf(error)}`
  return new RequestFailed(
    {
      kind: lost ? 'unknown_outcome' : 'transient',
      message: scrub(message),
      ...(code === undefined ? {} : { code }),
    },
    { cause: error },
  )
}

/** A success that can't be read is a lost answer to a write; to a read it is a fault that may pass. */
function parsed(answer: Answer, kind: Kind): unknown {
  if (answer.text === '') return {}
  try {
    return JSON.parse(answer.text)
  } catch (error) {
    const failure = { message: `HubSpot answered HTTP ${answer.status} without a JSON body` }
    throw new RequestFailed(
      { kind: kind === 'read' ? 'transient' : 'unknown_outcome', ...failure },
      { cause: error },
    )
  }
}

/** `fetch` hides the system's error in the cause of its own. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : reasonOf(error.cause)
  return cause === '' ? error.message || (codeOf(error) ?? error.name) : cause
}

/** The fault of an answer whose shape is not HubSpot's: lost for a write, a bug for a read. */
export function misshapen(kind: Kind, what: string): RequestFailed | SessionFault {
  const message = `HubSpot's answer has an unknown shape: ${what}`
  return kind === 'write'
    ? new RequestFailed({ kind: 'unknown_outcome', message })
    : new SessionFault('bug', message)
}
