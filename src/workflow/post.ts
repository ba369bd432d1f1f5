import { Agent, request } from 'undici'
import { namesPrivateAddress, PrivateAddress, publicLookup } from './public-address.ts'

/** How a receiver is reached. */
export interface Receiver {
  url: string
  allowPrivate: boolean
}

/** What came of one request. Never holds the url: a webhook's address may be its password. */
export type Answer =
  | { is: 'answered'; status: number; retryAfterMs: number | null }
  | { is: 'fault'; why: string }

export interface Poster {
  post(body: string, headers: Readonly<Record<string, string>>): Promise<Answer>
  close(): Promise<void>
}

/** What Standard Webhooks asks of senders: a receiver does its work after it answered. */
const TIMEOUT_MS = 15_000
/** Connections to one receiver. */
export const REQUESTS_AT_ONCE = 5
/** What a receiver says beside its status is read only to keep the connection, and thrown away. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Posts to one receiver: no redirects, no private addresses unless they are allowed, an answer in time. */
export function openPoster(
  { url, allowPrivate }: Receiver,
  now: () => number,
  timeoutMs: number = TIMEOUT_MS,
): Poster {
  const { address, authorization } = withoutUser(new URL(url))
  const agent = new Agent({
    connections: REQUESTS_AT_ONCE,
    connect: { timeout: timeoutMs, ...(allowPrivate ? {} : { lookup: publicLookup }) },
  })
  return {
    async post(body, headers) {
      const refused = allowPrivate ? null : refusal(address)
      if (refused !== null) return { is: 'fault', why: refused }
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const answer = await request(address, {
          method: 'POST',
          dispatcher: agent,
          headers: { ...headers, ...authorization },
          body,
          signal,
        })
        // The status is the answer; a body that breaks off or trickles changes nothing.
        await answer.body.dump({ limit: MAX_ANSWER_BYTES, signal }).catch(() => undefined)
        const retryAfterMs = readRetryAfter(answer.headers['retry-after'], now())
        return { is: 'answered', status: answer.statusCode, retryAfterMs }
      } catch (error) {
        return { is: 'fault', why: inWords(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

/** `https://user:password@host` is Basic auth (RFC 7617), which goes in a header: a client drops it from the address. */
function withoutUser(url: URL): { address: URL; authorization: Readonly<Record<string, string>> } {
  const { username, password } = url
  if (username === '' && password === '') return { address: url, authorization: {} }
  const address = new URL(url)
  address.username = ''
  address.password = ''
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { address, authorization: { authorization: `Basic ${credentials}` } }
}

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const PRIVATE = 'its url leads to a private address (allow_private: true lets it)'

function refusal(url: URL): string | null {
  if (url.protocol !== 'https:') return 'its url is not https (allow_private: true lets it)'
  return namesPrivateAddress(url) ? PRIVATE : null
}

/** Messages of sockets name hosts and ports; their codes do not. */
function inWords(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof PrivateAddress) return PRIVATE
    if (cause.name === 'TimeoutError') return 'no answer in time'
    const code: unknown = Reflect.get(cause, 'code')
    if (typeof code === 'string') return WORDS.get(code) ?? `no answer (${code})`
  }
  return 'no answer'
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['ENOTFOUND', 'the name of its host is not known'],
  ['EAI_AGAIN', 'the name of its host could not be looked up'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer in time'],
  ['UND_ERR_ABORTED', 'no answer in time'],
])

/** Seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter(header: string | string[] | undefined, now: number): number | null {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined) return null
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
