import path from 'node:path'
import { EXIT, UserError } from '../../domain/errors.ts'
import { realFile } from './real-file.ts'

/** `state` of the config: a url, and the schema where it is PostgreSQL's. */
export interface StatePlace {
  url: string
  schema: string
}

/** Where a state lives. */
export type Location = { kind: 'file'; path: string } | { kind: 'memory' } | PostgresLocation

export interface PostgresLocation {
  kind: 'postgres'
  /** May hold a password: for the driver alone. */
  url: string
  schema: string
  /** For people: no user, no password. */
  shown: string
}

/** Of CONFIG.md: what a url alone means. */
const DEFAULT_SCHEMA = 'oql'

/**
 * Reads `state.url`: `sqlite:PATH`, `sqlite::memory:` for a state that ends with the process, or `postgres://…`.
 * A file is named as it really is, whatever links lead to it.
 * @throws UserError (exit 2), which never shows a password; where a file has several names (hard links)
 */
export function locate(place: StatePlace | string): Location {
  const { url, schema } = typeof place === 'string' ? { url: place, schema: DEFAULT_SCHEMA } : place
  if (/^postgres(ql)?:\/\//i.test(url)) return locatePostgres(url, schema)
  const match = /^sqlite:(?:\/\/)?(.+)$/.exec(url)
  if (match?.[1] === undefined) {
    throw new UserError(`state.url: ${schemeOf(url)} is no database that the state can live in`, {
      exitCode: EXIT.usage,
      hint: 'Set it to sqlite:PATH, such as sqlite:../.oql/state.db, or to postgres://USER:PASSWORD@HOST/DATABASE',
    })
  }
  return match[1] === ':memory:'
    ? { kind: 'memory' }
    : { kind: 'file', path: realFile(path.resolve(match[1])) }
}

function locatePostgres(url: string, schema: string): PostgresLocation {
  const parsed = URL.parse(url)
  if (parsed === null || holdsUnencoded(url)) {
    throw new UserError('state.url: this postgres:// url can not be read', {
      exitCode: EXIT.usage,
      hint: 'Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in the password @ is %40, / is %2F, : is %3A, # is %23, ? is %3F',
    })
  }
  const host = parsed.searchParams.get('host') ?? (parsed.hostname || 'localhost')
  const port = parsed.port === '' ? '' : `:${parsed.port}`
  return {
    kind: 'postgres',
    url: forDriver(parsed),
    schema,
    shown: `postgres://${host}${port}${parsed.pathname}, schema ${schema}`,
  }
}

/**
 * Whether the password seems to go on behind what a parser takes for the end of it: a part of it would pass for host, port
 * or database, and be shown.
 */
const holdsUnencoded = (url: string): boolean => /^[^/]*\/\/[^/?#]*[/?#].*@/s.test(url)

/** As the driver takes it. The name of our sessions is not for the url to say: by it a lease is taken over. */
function forDriver(url: URL): string {
  url.searchParams.delete('application_name')
  return withVerifiedTls(url)
}

/**
 * The driver checks the server's certificate in each of these modes, and warns that it will do less some day: the mode
 * that says what is done is handed on instead. `no-verify` encrypts alone, `disable` does not.
 */
function withVerifiedTls(url: URL): string {
  const mode = url.searchParams.get('sslmode')
  if (url.searchParams.has('uselibpqcompat')) return url.href
  if (mode !== null && ['prefer', 'require', 'verify-ca'].includes(mode)) {
    url.searchParams.set('sslmode', 'verify-full')
  }
  return url.href
}

/** The scheme alone: what follows may hold a password. */
const schemeOf = (url: string): string => {
  const scheme = /^[a-z][a-z0-9+]*:/i.exec(url)?.[0]
  return scheme === undefined ? 'a text without a scheme' : `"${scheme}…"`
}
