import type { Path } from './parsed.ts'

/** Keys and variables whose value nobody may see. */
const SECRET_NAME =
  /(^|_)(tokens?|secrets?|passwords?|passphrase|pwd|keys?|credentials?|webhook|pat)(_url)?$/i

interface Scalar {
  path: Path
  text: string
  /** The text holds something from the environment or a file, or was written into the config as it is. */
  isDefault: boolean
  fetched: readonly { variable: string | null; value: string }[]
}

/** The secret parts of one text of a config file. A default that stands in the file is no secret. */
export function secretsIn({ path, text, isDefault, fetched }: Scalar): string[] {
  const found = fetched
    .filter(({ variable }) => variable === null || SECRET_NAME.test(variable))
    .map(({ value }) => value)
  if (!isDefault && isSecretPlace(path)) found.push(text)
  found.push(...urlCredentials(text))
  return found.filter(secret => secret !== '')
}

/** Slack's and a dead-man's switch's addresses are their own password. */
function isSecretPlace(path: Path): boolean {
  const key = String(path.findLast(step => typeof step === 'string') ?? '')
  return (
    SECRET_NAME.test(key) ||
    (path[0] === 'notify' && key === 'url') ||
    (path[0] === 'serve' && key === 'ping')
  )
}

/**
 * The password of an address, and those of its query. One with a slash in it that is not percent-encoded ends later than a
 * parser thinks: whatever stands before the last `@` may be a part of it.
 */
function urlCredentials(text: string): string[] {
  const passwords = [ENCODED_PASSWORD, ANY_PASSWORD].flatMap(form => form.exec(text)?.[1] ?? [])
  return [...new Set([...passwords, ...inQuery(text)].flatMap(found => [found, decoded(found)]))]
}

const ENCODED_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i
const ANY_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:(.*)@/is

/** PostgreSQL's driver takes the password from there too. */
const inQuery = (text: string): string[] =>
  text.includes('://')
    ? [...text.matchAll(/[?&]([^=&#]+)=([^&#]+)/g)].flatMap(([, name = '', value = '']) =>
        SECRET_NAME.test(name) ? [value] : [],
      )
    : []

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
