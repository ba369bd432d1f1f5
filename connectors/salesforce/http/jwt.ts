import { createSign } from 'node:crypto'

/** Salesforce refuses assertions that live longer than five minutes; its clock may differ from ours. */
const LIFETIME_S = 180
const MS_PER_S = 1_000

/**
 * A signed assertion of the JWT bearer flow (RFC 7523).
 * @throws Error where the key is no private key
 */
export function assertion(
  claims: { clientId: string; username: string; loginUrl: string },
  privateKey: string,
  now: Date,
): string {
  const head = encoded({ alg: 'RS256', typ: 'JWT' })
  const body = encoded({
    iss: claims.clientId,
    sub: claims.username,
    aud: audience(claims.loginUrl),
    exp: Math.floor(now.getTime() / MS_PER_S) + LIFETIME_S,
  })
  // A key that came through an environment variable often has its line ends spelled out.
  const key = privateKey.replaceAll('\\n', '\n')
  return `${head}.${body}.${createSign('RSA-SHA256').update(`${head}.${body}`).sign(key, 'base64url')}`
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Salesforce's login servers want to be named themselves, not the org's own domain. */
function audience(loginUrl: string): string {
  const { hostname, origin } = new URL(loginUrl)
  if (!hostname.endsWith('.salesforce.com')) return origin
  const isSandbox = hostname === 'test.salesforce.com' || hostname.includes('.sandbox.')
  return isSandbox ? 'https://test.salesforce.com' : 'https://login.salesforce.com'
}
