import { type Context, Hono } from 'hono'
import type { SandboxUser } from '../options.ts'
import type { Org } from '../org/org.ts'
import { readAssertion } from './jwt-assertion.ts'
import { bearerOf, type Tokens } from './tokens.ts'

export interface Credentials {
  clientId: string
  clientSecret: string
  refreshToken: string
  publicKey: string | undefined
  /** Username that client credentials and the refresh token run as. */
  runAs: string
}

interface Grant {
  user: SandboxUser
  /** The first token answer of a flow with refresh tokens tells one; later ones don't. */
  signature: string
}

type Refused = { error: string; description: string }
type Parameters = Readonly<Record<string, string | undefined>>

export interface Urls {
  /** Of the host at which identity URLs stand: another than the org's. */
  login: string
  /** The org's own, known once it listens. */
  org: () => string
}

/** The token endpoint, and what tells who somebody is. */
export function oauthRoutes(org: Org, tokens: Tokens, credentials: Credentials, urls: Urls): Hono {
  const routes = new Hono()
  routes.post('/services/oauth2/token', async context => {
    const form = await formOf(context)
    const granted = grant(org, credentials, form, urls.org())
    if ('error' in granted) {
      return context.json({ error: granted.error, error_description: granted.description }, 400)
    }
    return context.json({
      access_token: tokens.issue(granted.user),
      signature: granted.signature,
      scope: 'api refresh_token id',
      instance_url: urls.org(),
      id: identityUrl(org, granted.user, urls),
      token_type: 'Bearer',
      issued_at: String(org.clock.now()),
      api_instance_url: urls.org(),
    })
  })
  routes.post('/services/oauth2/revoke', async context => {
    tokens.revoke((await formOf(context)).token ?? '')
    return context.body(null, 200)
  })
  const userOf = (context: Context) => tokens.userOf(bearerOf(context.req.header('authorization')))
  routes.get('/id/:organisation/:user', context => context.json(identityOf(org, userOf(context), urls)))
  routes.get('/services/oauth2/userinfo', context => context.json(userInfoOf(org, userOf(context), urls)))
  return routes
}

export const identityUrl = (org: Org, user: SandboxUser, urls: Urls): string =>
  `${urls.login}/id/${org.id}/${user.id}`

async function formOf(context: Context): Promise<Parameters> {
  return Object.fromEntries(new URLSearchParams(await context.req.text()))
}

function grant(org: Org, credentials: Credentials, form: Parameters, url: string): Grant | Refused {
  switch (form.grant_type) {
    case 'client_credentials':
      return clientRefused(credentials, form, true) ?? userGrant(org, credentials.runAs)
    case 'refresh_token': {
      const refused = clientRefused(credentials, form, false)
      if (refused !== undefined) return refused
      return form.refresh_token === credentials.refreshToken
        ? userGrant(org, credentials.runAs)
        : { error: 'invalid_grant', description: 'expired access/refresh token' }
    }
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return assertionGrant(org, credentials, form, url)
    default:
      return { error: 'unsupported_grant_type', description: 'grant type not supported' }
  }
}

/** A refresh needs the secret only where one is sent; it must be right then. */
function clientRefused(
  credentials: Credentials,
  form: Parameters,
  secretNeeded: boolean,
): Refused | undefined {
  if (form.client_id !== credentials.clientId) {
    return { error: 'invalid_client_id', description: 'client identifier invalid' }
  }
  const secret = form.client_secret
  if (secret === credentials.clientSecret || (secret === undefined && !secretNeeded)) return undefined
  return { error: 'invalid_client', description: 'invalid client credentials' }
}

/** These stand for every org; its own URL for this one. */
const LOGIN_AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com']

function assertionGrant(org: Org, credentials: Credentials, form: Parameters, url: string): Grant | Refused {
  const read = readAssertion(form.assertion ?? '', {
    ...credentials,
    audiences: [...LOGIN_AUDIENCES, url],
    now: org.clock.now(),
  })
  return 'refused' in read
    ? { error: 'invalid_grant', description: read.refused }
    : userGrant(org, read.username)
}

function userGrant(org: Org, username: string): Grant | Refused {
  const user = org.users.find(one => one.username === username)
  if (user === undefined) return { error: 'invalid_grant', description: "user hasn't approved this consumer" }
  if (!user.active) return { error: 'invalid_grant', description: 'user is inactive' }
  return { user, signature: Buffer.from(user.id).toString('base64') }
}

function identityOf(org: Org, user: SandboxUser, urls: Urls) {
  const url = urls.org()
  const data = `${url}/services/data/v{version}`
  return {
    id: identityUrl(org, user, urls),
    asserted_user: true,
    user_id: user.id,
    organization_id: org.id,
    username: user.username,
    nick_name: user.username.replace(/@.*/, ''),
    display_name: user.name,
    email: user.email,
    active: user.active,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
    urls: {
      metadata: `${url}/services/Soap/m/{version}/${org.id}`,
      rest: `${data}/`,
      sobjects: `${data}/sobjects/`,
      query: `${data}/query/`,
    },
  }
}

/** The same person in the words of OpenID Connect. */
function userInfoOf(org: Org, user: SandboxUser, urls: Urls) {
  return {
    sub: identityUrl(org, user, urls),
    user_id: user.id,
    organization_id: org.id,
    preferred_username: user.username,
    nickname: user.username.replace(/@.*/, ''),
    name: user.name,
    email: user.email,
    email_verified: true,
    active: user.active,
    user_type: 'STANDARD',
  }
}
