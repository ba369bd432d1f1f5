import { Connection } from 'jsforce'
import type { z } from 'zod'
import {
  type Call,
  type Limits,
  RequestFailed,
  SessionFault,
  type Tools,
} from '../../../src/contract/index.ts'
import type { Config } from '../config.ts'
import { versionsSchema } from './answers.ts'
import { type Kind, misshapen, reasonOf, refusal, TokenExpired, unanswered } from './errors.ts'
import { type Exchange, sendBy } from './exchange.ts'
import { FIRST_LIMITS, refreshed } from './limits.ts'
import { scrub } from './scrub.ts'
import { createTokens, type Ids, type Token } from './tokens.ts'
import { createVersion, NEWEST_API_VERSION } from './version.ts'

/** Within a session: what jsforce does for one request over one connection. */
type Ask = (connection: Connection) => Promise<unknown>

type Request = <T>(call: Call, schema: z.ZodType<T>, ask: Ask) => Promise<T>

export interface Requests {
  read: Request
  write: Request
  limits(): Limits
  /** The API version that is spoken. */
  version(): string
  /** Of our user and of the org, as the token tells. */
  ids(call: Call): Promise<Ids>
}

/**
 * One HTTP exchange for each request, with a token that is renewed and in a version that the org has. Every request of
 * the connector goes through here.
 */
export function createRequests(config: Config, tools: Pick<Tools, 'now' | 'secret'>): Requests {
  const { now } = tools
  const tokens = createTokens(config, tools)
  let limits: Limits = FIRST_LIMITS

  async function once<T>(
    kind: Kind,
    signal: AbortSignal,
    token: Token,
    version: string,
    ask: Ask,
    schema: z.ZodType<T>,
  ): Promise<T> {
    if (signal.aborted) throw new RequestFailed({ kind: 'transient', message: 'stopped before it was sent' })
    // One for each request, so that each has its own signal; it has no way to refresh, and so no endless loop of it.
    const connection = new Connection({
      version,
      loginUrl: config.login_url,
      instanceUrl: token.instanceUrl,
      accessToken: token.accessToken,
    })
    const exchange = sendBy(connection, signal)
    let body: unknown
    try {
      body = await ask(connection)
    } catch (error) {
      throw failureOf(error, exchange, kind, signal)
    } finally {
      if (exchange.answer !== undefined) limits = refreshed(limits, exchange.answer.headers, now())
    }
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    throw failureOf(new Error(parsed.error.issues.map(issueText).join('; ')), exchange, kind, signal)
  }

  function failureOf(error: unknown, { answer, lost }: Exchange, kind: Kind, signal: AbortSignal): Error {
    const clean = (text: string) => scrub(text, tokens.secrets())
    if (lost !== undefined) {
      const { failure } = unanswered(lost, kind, signal)
      return new RequestFailed({ ...failure, message: clean(failure.message) })
    }
    if (answer === undefined) return neverAsked(error, clean)
    if (answer.status < 200 || answer.status > 299)
      return refusal({ ...answer, text: clean(answer.text) }, kind)
    return misshapen(answer, kind, clean(reasonOf(error)))
  }

  /** A request whose token has run out is sent once more with a new one: the first was not even looked at. */
  async function requestIn<T>(
    version: string,
    kind: Kind,
    call: Call,
    schema: z.ZodType<T>,
    ask: Ask,
  ): Promise<T> {
    let used: Token | undefined
    const send = (token: (signal: AbortSignal) => Promise<Token>) =>
      call.request({ kind }, async signal => {
        used = await token(call.signal)
        return once(kind, signal, used, version, ask, schema)
      })
    try {
      return await send(tokens.current)
    } catch (error) {
      const expired = used
      if (!(error instanceof TokenExpired) || expired === undefined) throw error
      return await send(signal => tokens.renew(expired, signal)).catch(refusedAgain)
    }
  }

  const versions = createVersion(config.api_version, async call => {
    const there = await requestIn(NEWEST_API_VERSION, 'read', call, versionsSchema, c =>
      c.request('/services/data'),
    )
    return there.map(({ version }) => version)
  })

  /** In a version that the org does not have, nothing was done: it is sent again in one that it has. */
  async function request<T>(kind: Kind, call: Call, schema: z.ZodType<T>, ask: Ask): Promise<T> {
    const version = versions.current()
    try {
      const answer = await requestIn(version, kind, call, schema, ask)
      versions.isThere()
      return answer
    } catch (error) {
      if (!(await versions.isReplaced(error, version, call))) throw error
      return requestIn(versions.current(), kind, call, schema, ask)
    }
  }

  const read = <T>(call: Call, schema: z.ZodType<T>, ask: Ask) => request('read', call, schema, ask)
  const write = <T>(call: Call, schema: z.ZodType<T>, ask: Ask) => request('write', call, schema, ask)
  return {
    read,
    write,
    limits: () => limits,
    version: versions.current,
    ids: async call => (await tokens.current(call.signal)).ids,
  }
}

function refusedAgain(error: unknown): never {
  if (!(error instanceof TokenExpired)) throw error
  throw new SessionFault('auth', `Salesforce refuses a token that it just gave: ${error.message}`)
}

/** jsforce itself refused to ask. */
function neverAsked(error: unknown, clean: (text: string) => string): SessionFault {
  const reason = clean(reasonOf(error))
  return /JWT-based access tokens/.test(reason)
    ? new SessionFault(
        'config',
        'The app gives access tokens in JWT form, which the metadata API takes from version 68.0 on: set `api_version: "68.0"`, or switch that off in the app',
      )
    : new SessionFault('bug', `jsforce: ${reason}`)
}

export const issueText = (issue: z.core.$ZodIssue) => `${issue.path.join('.')} ${issue.message}`
