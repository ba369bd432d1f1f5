import { z } from 'zod'
import { type Call, type FailureKind, RequestFailed, SessionFault } from '../../../src/contract/index.ts'

/** One method for one HTTP request, which goes through `call.request` and is never repeated here. */
export interface Client {
  get<T>(path: string, answer: z.ZodType<T>, call: Call): Promise<T>
  /** A POST that only reads. */
  ask<T>(path: string, body: unknown, answer: z.ZodType<T>, call: Call): Promise<T>
  write<T>(path: string, body: unknown, answer: z.ZodType<T>, call: Call): Promise<T>
}

type Kind = 'read' | 'write'

export function connect(url: string, token: string): Client {
  const send = <T>(kind: Kind, path: string, body: unknown, answer: z.ZodType<T>, call: Call) =>
    call.request({ kind }, async signal => {
      const { response, text } = await exchange(kind, url + path, token, body, signal)
      if (!response.ok) throw refusal(kind, response, text)
      const parsed = answer.safeParse(jsonOf(text))
      if (parsed.success) return parsed.data
      throw new RequestFailed({ kind: lost(kind), message: 'the answer can not be read' })
    })
  return {
    get: (path, answer, call) => send('read', path, undefined, answer, call),
    ask: (path, body, answer, call) => send('read', path, body, answer, call),
    write: (path, body, answer, call) => send('write', path, body, answer, call),
  }
}

async function exchange(kind: Kind, url: string, token: string, body: unknown, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      // With the signal, a deadline of the core closes the connection.
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { response, text: await response.text() }
  } catch {
    throw new RequestFailed({ kind: lost(kind), message: 'no answer from the CRM' })
  }
}

/** A write may have been made before its answer was lost; a read may just be asked again. */
const lost = (kind: Kind): FailureKind => (kind === 'write' ? 'unknown_outcome' : 'transient')

const problem = z.object({ code: z.string(), message: z.string() })

function refusal(kind: Kind, response: Response, text: string): RequestFailed | SessionFault {
  const { status } = response
  const parsed = problem.safeParse(jsonOf(text))
  // Text that is not the CRM's own is not repeated: it may hold the token.
  const { code, message } = parsed.data ?? { code: `HTTP_${status}`, message: `the CRM answered ${status}` }
  if (status === 401) return new SessionFault('auth', `not let in: ${message}. Check \`token\``)
  if (code === 'QUOTA') return new SessionFault('quota', message)
  if (status === 429) {
    const retryAfterMs = Number(response.headers.get('retry-after')) * 1_000
    return new RequestFailed({ kind: 'throttled', message, code, retryAfterMs })
  }
  return new RequestFailed({ kind: status >= 500 ? lost(kind) : 'invalid', message, code })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
