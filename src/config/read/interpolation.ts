import { type Fault, fault } from './parsed.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Sources {
  env: Environment
  /** The text of a file, by its path as it was written. Throws where there is none. */
  readText(path: string): string
}

/** `text` with its references put in, and what was put in from outside the file. */
export interface Interpolated {
  text: string
  /** Values that came from the environment or a file, with the name of their variable (null for a file). */
  fetched: readonly { variable: string | null; value: string }[]
  faults: readonly Fault[]
}

const REFERENCE = /\$\{([^}]*)\}/g
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/

export const hasReference = (text: string): boolean => text.search(REFERENCE) >= 0

/**
 * Puts in `${NAME}`, `${NAME:-default}` and `${file:PATH}`. A variable that is set but empty counts as missing, as in
 * a shell: an empty secret is a mistake far more often than a wish, and `${NAME:-}` says the wish. A file's last line
 * break is no part of its value.
 */
export function interpolate(text: string, sources: Sources): Interpolated {
  const fetched: { variable: string | null; value: string }[] = []
  const faults: Fault[] = []
  const fill = (reference: string): string => {
    if (reference.startsWith('file:')) return fromFile(reference.slice('file:'.length).trim())
    const match = VARIABLE.exec(reference)
    if (match === null) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the forms that a person may write
      faults.push(fault('not a reference: write ${NAME}, ${NAME:-default} or ${file:PATH}'))
      return ''
    }
    const [, name = '', byDefault] = match
    const value = sources.env[name]
    if (value !== undefined && value !== '') {
      fetched.push({ variable: name, value })
      return value
    }
    if (byDefault === undefined) faults.push(fault(`the environment variable ${name} is not set`))
    return byDefault ?? ''
  }
  const fromFile = (path: string): string => {
    try {
      const value = sources.readText(path).replace(/\r?\n$/, '')
      fetched.push({ variable: null, value })
      return value
    } catch (error) {
      faults.push(fault(`cannot read the file ${path}: ${reasonOf(error)}`))
      return ''
    }
  }
  return { text: text.replace(REFERENCE, (_, reference: string) => fill(reference)), fetched, faults }
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return 'no such file'
    case 'EISDIR':
      return 'it is a folder'
    case 'EACCES':
      return 'not permitted'
    default:
      return typeof code === 'string' ? code : 'it cannot be read'
  }
}
