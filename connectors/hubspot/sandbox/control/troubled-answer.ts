import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { tooMany } from '../portal/limiter.ts'
import { errorResponse } from '../rest/error-response.ts'
import { Refusal } from '../rest/refusal.ts'
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
      return new Response(BAD_GATEWAY, { status: 502, headers: { 'content-type': 'text/html' } })
    case 'unavailable':
      return errorResponse(
        new Refusal(503, { message: 'The service is unavailable', category: 'SERVICE_UNAVAILABLE' }),
      )
    case 'rate_limit':
      return errorResponse(tooMany(trouble.policy))
    case 'locked':
      return errorResponse(new Refusal(423, { message: 'The record is locked', category: 'LOCKED' }))
    case 'retry_later':
      return migrating(trouble.retryAfterSeconds)
    case 'slow':
      return slow(trouble, socket, answer)
  }
}

const BAD_GATEWAY =
  '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/** 477 is HubSpot's own: the account is moving to another data centre. */
function migrating(seconds: number): Response {
  const body = { message: 'The account is being migrated', category: 'MIGRATION_IN_PROGRESS' }
  return errorResponse(new Refusal(477, body, { 'Retry-After': String(seconds) }))
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
