import { randomBytes } from 'node:crypto'
import type { Clock } from '../control/clock.ts'
import type { SandboxUser } from '../options.ts'
import { refusal } from '../rest/refusal.ts'

/** Sessions. A token is good for `lifetimeMs` of the sandbox's clock. */
export interface Tokens {
  issue(user: SandboxUser): string
  /** Throws a 401 for a token that is unknown, expired or revoked. */
  userOf(token: string | undefined): SandboxUser
  revoke(token: string): void
  /** Ends all that were issued. */
  expireAll(): void
}

export function createTokens(orgId: string, clock: Clock, lifetimeMs: number): Tokens {
  const sessions = new Map<string, { user: SandboxUser; until: number }>()
  return {
    issue: user => {
      // Salesforce's own shape: the organisation, an exclamation mark, an opaque rest. No JWT.
      const token = `${orgId.slice(0, 15)}!AQ${randomBytes(42).toString('base64url')}`
      sessions.set(token, { user, until: clock.now() + lifetimeMs })
      return token
    },
    userOf: token => {
      const session = token === undefined ? undefined : sessions.get(token)
      if (session === undefined || session.until <= clock.now()) {
        throw refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
      }
      return session.user
    },
    revoke: token => {
      sessions.delete(token)
    },
    expireAll: () => sessions.clear(),
  }
}

/** The token of an `Authorization` header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^(?:Bearer|OAuth) (.+)$/i.exec(header ?? '')?.[1]
}
