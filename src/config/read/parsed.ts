import { closest } from 'fastest-levenshtein'

/** Keys and list positions from the root of a file to one of its values. */
export type Path = readonly PropertyKey[]

/** What is wrong with a value, before it is known in which file and line it stands. */
export interface Fault {
  /** From the value that was parsed to the part of it that is wrong. */
  path: Path
  message: string
  nearest?: string
}

export type Parsed<T> = { value: T } | { faults: readonly Fault[] }

export const fault = (message: string, path: Path = []): Fault => ({ path, message })

/** A fault that names the known name which is most like the one that was written. */
export function unknownName(
  message: string,
  written: string,
  known: readonly string[],
  path: Path = [],
): Fault {
  return known.length === 0 ? fault(message, path) : { path, message, nearest: closest(written, known) }
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** The value at `path`; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (isList(value)) return typeof step === 'number' ? value[step] : undefined
    return isMap(value) && Object.hasOwn(value, step) ? value[String(step)] : undefined
  }, root)
}

/** `store.sources[0].format` */
export function showPath(path: Path): string {
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}
