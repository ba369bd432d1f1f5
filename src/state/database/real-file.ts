import { readlinkSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../../domain/errors.ts'

/**
 * The one name of a state's file, whatever links lead to it: lock and log lie beside it, and two names would be two leases.
 * @throws UserError where it has several names of its own (hard links): none of them is the one
 */
export function realFile(file: string): string {
  const real = followed(file)
  const names = namesOf(real)
  if (names <= 1) return real
  throw new UserError(`The state ${real} has ${names} names: two runs at once would not know of each other`, {
    hint: `Keep one of its hard links (find -samefile ${real} shows them), or make the others copies`,
  })
}

function namesOf(file: string): number {
  try {
    return statSync(file).nlink
  } catch {
    // Not there, or behind a door: whoever opens it says so.
    return 1
  }
}

/** What can't be followed stays as it is: whoever opens it says why. */
function followed(file: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return file
  }
  // Not there yet: a link that leads to where it will be, or a name in a folder that may be a link itself.
  const folder = path.dirname(file)
  if (folder === file) return file
  const target = targetOf(file)
  if (target === null) return path.join(followed(folder), path.basename(file))
  return followed(path.resolve(folder, target))
}

function targetOf(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    // No link, or not there at all.
    return null
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
