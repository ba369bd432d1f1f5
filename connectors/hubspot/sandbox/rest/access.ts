import { Refusal } from './refusal.ts'

/** What the token may do. */
export interface Access {
  token: string
  scopes: ReadonlySet<string>
  /** Throws a 403 that names the scopes, unless one of them is there. */
  need(...oneOf: readonly string[]): void
}

export function createAccess(token: string, scopes: readonly string[]): Access {
  const granted = new Set(scopes)
  return {
    token,
    scopes: granted,
    need: (...oneOf) => {
      if (!oneOf.some(scope => granted.has(scope))) throw missingScopes(oneOf)
    },
  }
}

function missingScopes(requiredGranularScopes: readonly string[]): Refusal {
  const message =
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes."
  const detail = 'One or more of the following scopes are required.'
  return new Refusal(403, {
    message,
    category: 'MISSING_SCOPES',
    errors: [{ message: detail, context: { requiredGranularScopes } }],
  })
}

export function checkToken(access: Access, header: string | undefined): void {
  if (header === `Bearer ${access.token}`) return
  const message =
    header === undefined
      ? 'Authentication credentials not found. This API supports OAuth 2.0 authentication'
      : 'The token used to make this API call is invalid or expired'
  throw new Refusal(401, { message, category: 'INVALID_AUTHENTICATION' })
}
