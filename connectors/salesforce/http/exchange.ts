import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Connection, HttpRequest, HttpResponse } from 'jsforce'
import { StreamPromise } from 'jsforce/lib/util/promise.js'

/** An answer as it came over the wire. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** What happened on the wire while jsforce was asked for one thing. */
export interface Exchange {
  answer?: Answer
  /** The network's own error, where no answer came. */
  lost?: unknown
}

type Wire = Pick<Connection, '_transport'>

/**
 * Puts our own sending under what jsforce asks: exactly one HTTP exchange, which `signal` ends. jsforce's own repeats
 * GET, PUT and DELETE up to five times, follows redirects, gives a request thirty minutes and can't be stopped.
 */
export function sendBy(wire: Wire, signal: AbortSignal): Exchange {
  const exchange: Exchange = {}
  wire._transport.httpRequest = request =>
    StreamPromise.create(() => ({ stream: new PassThrough(), promise: once(request, signal, exchange) }))
  return exchange
}

async function once(request: HttpRequest, signal: AbortSignal, exchange: Exchange): Promise<HttpResponse> {
  if (exchange.answer !== undefined || exchange.lost !== undefined) {
    throw new Error('jsforce made a second request for one')
  }
  try {
    const answer = await fetched(request, signal)
    exchange.answer = answer
    return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text }
  } catch (error) {
    exchange.lost = error
    throw error
  }
}

async function fetched({ url, method, headers, body }: HttpRequest, signal: AbortSignal): Promise<Answer> {
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw new TypeError('only text is sent to Salesforce')
  }
  // `fetch` counts the bytes itself.
  const { 'content-length': _, ...rest } = headers ?? {}
  // Salesforce closes idle connections. Where that came while we computed, it must be seen first: else the request goes
  // into a closed socket, and a write that never left would pass for one whose answer was lost.
  await setImmediate()
  const response = await fetch(url, {
    method,
    headers: { ...rest, 'User-Agent': 'oql-sync' },
    // A redirect would be followed with GET and lose the body; it means that the address is wrong.
    redirect: 'manual',
    signal,
    ...(typeof body === 'string' ? { body } : {}),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
