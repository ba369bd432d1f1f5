import type { Config } from './config.ts'
import type { Path } from './parsed.ts'

/** Keys and variables whose value nobody may see. */
const SECRET_NAME =
  /(^|_)(tokens?|secrets?|passwords?|passphrase|pwd|keys?|credentials?|webhook|pat)(_url)?$/i

/** Shorter texts would blot out half of every log line and protect nothing. */
const MIN_SECRET_CHARACTERS = 4

/** Every text that must never appear in a log, a report, an error or the console: a literal list for redaction. */
export const secretsOf = (config: Config): readonly string[] => config.secrets

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
  return found.flatMap(asLogged).filter(secret => secret.length >= MIN_SECRET_CHARACTERS)
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

function urlCredentials(text: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i.exec(text)?.[1]
  if (password === undefined) return []
  return [password, URL.canParse(text) ? decoded(password) : password]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A key of several lines stands in a JSON log line with its line breaks escaped. */
function asLogged(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1)
  return escaped === secret ? [secret] : [secret, escaped]
}
