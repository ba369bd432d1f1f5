import { Connection } from 'jsforce'
import { z } from 'zod'
import { RequestFailed, SessionFault, type Tools } from '../../../src/contract/index.ts'
import type { Auth, Config } from '../config.ts'
import { reasonOf, unanswered } from './errors.ts'
import { type Answer, sendBy } from './exchange.ts'
import { assertion } from './jwt.ts'
import { scrub } from './scrub.ts'

/** What lets a request in. */
export interface Token {
  accessToken: string
  instanceUrl: string
  ids: Ids
}

/** Null where the token answer does not tell. */
export interface Ids {
  org: string | null
  user: string | null
}

export interface Tokens {
  current(signal: AbortSignal): Promise<Token>
  /** A new one in place of `old`; the one that another request got in the meantime, where there is one. */
  renew(old: Token, signal: AbortSignal): Promise<Token>
  /** Everything that must never be seen, the tokens of this session too. */
  secrets(): Iterable<string>
}

/** Token answers come at once or not at all. */
const TOKEN_TIMEOUT_MS = 30_000

/**
 * An org lets a token live for 15 minutes at least: more renewals than these in one session mean that Salesforce refuses
 * tokens that it just gave.
 */
const MAX_RENEWALS = 50

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

const tokenSchema = z.object({
  access_token: z.string().min(1),
  instance_url: z.string().min(1),
  id: z.string().optional().catch(undefined),
  refresh_token: z.string().optional(),
})

/** Gets tokens when they are needed and keeps the last; several who ask at once share one request for it. */
export function createTokens(config: Config, { now, secret }: Pick<Tools, 'now' | 'secret'>): Tokens {
  let auth = config.auth
  let token: Promise<Token> | undefined
  /** The last one given, while no newer one is asked for. */
  let given: Token | undefined
  let renewals = 0
  const secrets = new Set(secretsOf(auth))
  const hide = (text: string): void => {
    secrets.add(text)
    secret(text)
  }

  async function ask(signal: AbortSignal): Promise<Token> {
    const grant = grantOf(config.login_url, auth, now())
    if (grant.assertion !== undefined) hide(grant.assertion)
    const answer = await request(config, auth, grant, signal, secrets)
    hide(answer.access_token)
    if (auth.type === 'refresh_token' && answer.refresh_token !== undefined) {
      // The org rotates refresh tokens: the old one is spent.
      auth = { ...auth, refresh_token: answer.refresh_token }
      hide(answer.refresh_token)
    }
    given = {
      accessToken: answer.access_token,
      instanceUrl: answer.instance_url.replace(/\/+$/, ''),
      ids: idsIn(answer.id ?? ''),
    }
    return given
  }

  function start(signal: AbortSignal): Promise<Token> {
    const started = ask(AbortSignal.any([signal, AbortSignal.timeout(TOKEN_TIMEOUT_MS)]))
    started.catch(() => {
      if (token === started) token = undefined
    })
    token = started
    return started
  }

  const current = (signal: AbortSignal) => token ?? start(signal)
  return {
    current,
    renew: async (old, signal) => {
      if (given !== old) return current(signal)
      given = undefined
      renewals++
      if (renewals > MAX_RENEWALS) {
        throw new SessionFault('auth', `Salesforce refused ${MAX_RENEWALS} tokens that it had just given`)
      }
      return start(signal)
    },
    secrets: () => secrets,
  }
}

/** An identity URL ends in the org's and the user's ids: `https://login.salesforce.com/id/00D…/005…`. */
function idsIn(idUrl: string): Ids {
  const [, org = null, user = null] =
    /\/id\/(00D[0-9A-Za-z]{12,15})\/(005[0-9A-Za-z]{12,15})$/.exec(idUrl) ?? []
  return { org, user }
}

async function request(
  config: Config,
  auth: Auth,
  grant: Grant,
  signal: AbortSignal,
  secrets: Iterable<string>,
): Promise<z.infer<typeof tokenSchema>> {
  const { oauth2 } = new Connection({
    loginUrl: config.login_url,
    oauth2: {
      clientId: auth.client_id,
      loginUrl: config.login_url,
      ...(auth.type === 'jwt' ? {} : { clientSecret: auth.client_secret }),
    },
  })
  const exchange = sendBy(oauth2, signal)
  try {
    return tokenSchema.parse(await oauth2.requestToken(grant))
  } catch (error) {
    const { answer, lost } = exchange
    if (answer !== undefined) throw refused({ ...answer, text: scrub(answer.text, secrets) }, config)
    // Without a token nothing was sent: whatever was asked for may be asked for again.
    const { failure } = unanswered(lost ?? error, 'read', signal)
    throw new RequestFailed({ ...failure, message: scrub(failure.message, secrets) })
  }
}

interface Grant {
  grant_type: string
  [name: string]: string
}

function grantOf(loginUrl: string, auth: Auth, now: Date): Grant {
  switch (auth.type) {
    case 'client_credentials':
      return { grant_type: 'client_credentials' }
    case 'refresh_token':
      return { grant_type: 'refresh_token', refresh_token: auth.refresh_token }
    case 'jwt': {
      const claims = { clientId: auth.client_id, username: auth.username, loginUrl }
      return { grant_type: JWT_BEARER, assertion: signed(claims, auth.private_key, now) }
    }
  }
}

function signed(claims: Parameters<typeof assertion>[0], privateKey: string, now: Date): string {
  try {
    return assertion(claims, privateKey, now)
  } catch (error) {
    throw new SessionFault('config', `\`auth.private_key\` is no private key in PEM form: ${reasonOf(error)}`)
  }
}

const refusedSchema = z.object({ error: z.string(), error_description: z.string().default('') })

function refused({ status, text }: Answer, { auth, login_url }: Config): RequestFailed | SessionFault {
  const said = refusedSchema.safeParse(jsonOf(text))
  const isTooFast = status === 429 || /rate exceeded/i.test(text)
  if (isTooFast || status >= 500 || (status !== 404 && status >= 400 && !said.success)) {
    const kind = isTooFast ? 'throttled' : 'transient'
    return new RequestFailed({
      kind,
      message: `Salesforce gave no token: HTTP ${status}`,
      code: `HTTP_${status}`,
    })
  }
  if (!said.success) {
    return new SessionFault(
      'config',
      `${login_url} gives no Salesforce tokens (HTTP ${status}): check \`login_url\``,
    )
  }
  const { error, error_description: words } = said.data
  const reason = words === '' ? error : `${error}, ${words}`
  return new SessionFault('auth', `Salesforce does not let us in: ${reason}. ${ADVICE[auth.type]}`)
}

const ADVICE: Readonly<Record<Auth['type'], string>> = {
  client_credentials:
    'Check `auth.client_id` and `auth.client_secret`, and that the app has the client credentials flow enabled with a user to run as',
  jwt: "Check `auth.username`, that the app has the key's certificate, and that the user is pre-authorized for it",
  refresh_token: 'Check `auth.refresh_token`: it may have been revoked or have run out',
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function secretsOf(auth: Auth): string[] {
  switch (auth.type) {
    case 'client_credentials':
      return [auth.client_secret]
    case 'jwt':
      return [auth.private_key]
    case 'refresh_token':
      return [auth.client_secret, auth.refresh_token]
  }
}
