import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { overLimit } from '../org/limiter.ts'
import { errorResponse } from '../rest/error-response.ts'
import { refusal } from '../rest/refusal.ts'
import type { Trouble } from './faults.ts'

/** Answers a request as the trouble has it. `carryOut` does what was asked; not every trouble lets it. */
export async function troubledAnswer(
  trouble: Trouble,
  socket: Socket,
  carryOut: () => Promise<Response>,
): Promise<Response> {
  if ('at' in trouble && trouble.at === 'after_commit') {
    const answer = await carryOut()
    return await spoiled(trouble, socket, async () => answer)
  }
  return spoiled(trouble, socket, carryOut)
}

async function spoiled(trouble: Trouble, socket: Socket, answer: () => Promise<Response>): Promise<Response> {
  switch (trouble.kind) {
    case 'reset':
      socket.resetAndDestroy()
      return RESPONSE_ALREADY_SENT
    case 'html_502':
      return html(502, 'Bad Gateway')
    case 'html_503':
      return html(503, 'Service Unavailable')
    case 'unavailable':
      return errorResponse(refusal(503, 'SERVER_UNAVAILABLE', 'The server is temporarily unavailable'))
    case 'rate_limit':
      return errorResponse(overLimit(trouble.policy))
    case 'locked':
      return errorResponse(
        refusal(400, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record'),
      )
    case 'expired_token':
      // The sessions are over by now: REST and SOAP each say so in their way.
      return answer()
    case 'slow':
      return slow(trouble, socket, answer)
  }
}

/** What a load balancer in front of Salesforce answers. */
function html(status: number, text: string): Response {
  const page = `<html><head><title>${status} ${text}</title></head><body><h1>${status} ${text}</h1></body></html>`
  return new Response(page, { status, headers: { 'content-type': 'text/html' } })
}

async function slow(
  { delayMs, byteDelayMs }: Extract<Trouble, { kind: 'slow' }>,
  socket: Socket,
  answer: () => Promise<Response>,
): Promise<Response> {
  if (!(await waited(delayMs, socket))) return RESPONSE_ALREADY_SENT
  const response = await answer()
  if (byteDelayMs === 0) return response
  const bytes = new Uint8Array(await response.arrayBuffer())
  const drip = new ReadableStream<Uint8Array>({
    start: async stream => {
      for (const byte of bytes) {
        if (!(await waited(byteDelayMs, socket))) return
        stream.enqueue(Uint8Array.of(byte))
      }
      stream.close()
    },
  })
  return new Response(drip, { status: response.status, headers: response.headers })
}

/** False when the client left first. */
async function waited(ms: number, socket: Socket): Promise<boolean> {
  const left = new AbortController()
  const leave = () => left.abort()
  socket.once('close', leave)
  try {
    await wait(ms, undefined, { signal: left.signal })
    return !socket.destroyed
  } catch (error) {
    if (left.signal.aborted) return false
    throw error
  } finally {
    socket.off('close', leave)
  }
}
