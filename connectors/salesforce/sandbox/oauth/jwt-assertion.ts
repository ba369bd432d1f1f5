import { verify } from 'node:crypto'
import { z } from 'zod'

export interface AssertionRules {
  clientId: string
  /** PEM. */
  publicKey: string | undefined
  /** Audiences that stand for this org. */
  audiences: readonly string[]
  now: number
}

const headerSchema = z.object({ alg: z.string() })
const claimsSchema = z.object({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number() })

/** Salesforce takes assertions that end within three minutes, and its clock may be a little behind. */
const MAX_LIFETIME_SECONDS = 300

/** Who the assertion is for (its `sub`), or why Salesforce refuses it, in its words. */
export function readAssertion(
  assertion: string,
  rules: AssertionRules,
): { username: string } | { refused: string } {
  const parts = assertion.split('.')
  const [header, claims, signature] = parts
  if (header === undefined || claims === undefined || signature === undefined || parts.length !== 3) {
    return { refused: 'invalid assertion' }
  }
  if (headerSchema.safeParse(decoded(header)).data?.alg !== 'RS256') return { refused: 'invalid assertion' }
  const read = claimsSchema.safeParse(decoded(claims))
  if (!read.success) return { refused: 'invalid assertion' }
  const { iss, sub, aud, exp } = read.data
  if (iss !== rules.clientId) return { refused: 'client identifier invalid' }
  if (!rules.audiences.includes(aud.replace(/\/$/, ''))) return { refused: 'audience is invalid' }
  const left = exp - rules.now / 1_000
  if (left <= 0) return { refused: 'expired assertion' }
  if (left > MAX_LIFETIME_SECONDS) return { refused: 'invalid assertion' }
  if (rules.publicKey === undefined) return { refused: 'invalid assertion' }
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    rules.publicKey,
    Buffer.from(signature, 'base64url'),
  )
  return signed ? { username: sub } : { refused: 'invalid assertion' }
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
