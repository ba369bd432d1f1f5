import path from 'node:path'
import { EXIT, UserError } from '../domain/errors.ts'

/** Where a state lives. */
export type Location = { kind: 'file'; path: string } | { kind: 'memory' }

/** Reads `state.url`: `sqlite:PATH`, or `sqlite::memory:` for a state that ends with the process. */
export function locate(url: string): Location {
  const match = /^sqlite:(?:\/\/)?(.+)$/.exec(url)
  if (match?.[1] === undefined) {
    throw new UserError(`state.url: ${schemeOf(url)} is no database that the state can live in`, {
      exitCode: EXIT.usage,
      hint: 'Set it to sqlite:PATH, such as sqlite:../.oql/state.db',
    })
  }
  return match[1] === ':memory:' ? { kind: 'memory' } : { kind: 'file', path: path.resolve(match[1]) }
}

/** The scheme alone: what follows may hold a password. */
const schemeOf = (url: string): string => {
  const scheme = /^[a-z][a-z0-9+]*:/i.exec(url)?.[0]
  return scheme === undefined ? 'a text without a scheme' : `"${scheme}…"`
}
