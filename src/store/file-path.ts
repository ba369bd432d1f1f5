import { access } from 'node:fs/promises'
import { literal } from './sql.ts'

/** For the engine's file functions `*`, `?` and `[` make a pattern of any path: here each stands for itself. */
const asItself = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]')

/** The engine knows no way to write a pattern character behind a `\`. */
export const canStandForItself = (path: string): boolean => !(path.includes('\\') && asItself(path) !== path)

/** The path of one file as a text literal for a function that reads files. */
export const pathLiteral = (path: string): string => literal(asItself(path))

/**
 * A source's path as a pattern for the engine. Each leading part that is there by that very name is no pattern,
 * whatever letters it has: `/srv/[old]/*.csv`, and `export[1].csv` where there is such a file.
 */
export async function asPattern(path: string): Promise<string> {
  if (!path.startsWith('/')) return path
  const parts = path.split('/').slice(1)
  let there = ''
  for (const [index, part] of parts.entries()) {
    const next = `${there}/${part}`
    if (!(await isThere(next))) return [asItself(there), ...parts.slice(index)].join('/')
    there = next
  }
  return asItself(there)
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
