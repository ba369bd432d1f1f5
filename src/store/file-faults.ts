import { isAbsolute, relative } from 'node:path'
import { EXIT, UserError } from '../domain/errors.ts'

/** Which file an error is about, and what the operating system said. */
interface FileFault {
  path: string
  code: string
  /** It was to be made, and its folder was there or was to be made too. */
  isMaking: boolean
}

/** What was said of a file, by Node or by DuckDB; null where the error is about something else. */
function fileFault(error: unknown): FileFault | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && 'path' in error) {
    const syscall = 'syscall' in error ? String(error.syscall) : ''
    return { path: String(error.path), code: String(error.code), isMaking: syscall.startsWith('mk') }
  }
  const [, path, words = ''] = /^IO Error: Cannot open file "([^"]+)": ([\w -]+)/.exec(error.message) ?? []
  const code = Object.entries(CODES).find(([said]) => words.startsWith(said))?.[1]
  if (path !== undefined && code !== undefined) return { path, code, isMaking: false }
  const [, missing] = /^IO Error: No files found that match the pattern "([^"]+)"/.exec(error.message) ?? []
  return missing === undefined
    ? null
    : { path: missing.replaceAll(/\[([*?[])\]/g, '$1'), code: 'ENOENT', isMaking: false }
}

/** The operating system's words, as DuckDB hands them on. */
const CODES: Readonly<Record<string, string>> = {
  'No such file or directory': 'ENOENT',
  'Permission denied': 'EACCES',
  'Operation not permitted': 'EPERM',
  'Read-only file system': 'EROFS',
  'Not a directory': 'ENOTDIR',
  'Is a directory': 'EISDIR',
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENOENT'])

/** Does what writes where a command was told to. @throws UserError (usage) where nothing can be written there */
export async function writingThere<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const fault = fileFault(error)
    if (fault === null || !UNWRITABLE.has(fault.code)) throw error
    throw new UserError(`${fault.path} can't be written: ${whyNot(fault)}`, {
      exitCode: EXIT.usage,
      hint: 'Name another place, or let this user write there.',
      cause: error,
    })
  }
}

const whyNot = ({ code }: FileFault): string => REASONS[code] ?? 'there is no such place'

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a file has its name',
  EISDIR: 'a folder has its name',
}

/** In words: what is wrong with the data directory itself; null where the error is about something else. */
export function dataFault(error: unknown, dataDirectory: string): UserError | null {
  const fault = fileFault(error)
  if (fault === null || !UNWRITABLE.has(fault.code) || !isOfCache(fault.path, dataDirectory)) return null
  if (fault.code === 'ENOENT' && !fault.isMaking) {
    return new UserError(`${fault.path} went away while it was at work with`, {
      hint: 'Somebody emptied the data directory (data: in the config), or ran oql forget: run it again.',
      cause: error,
    })
  }
  return new UserError(`the data directory ${dataDirectory} can't be written: ${whyNot(fault)}`, {
    hint: 'Let this user write there, or name another place in data: of the config.',
    cause: error,
  })
}

/** Sources may lie beside it, even in the data directory. */
function isOfCache(path: string, dataDirectory: string): boolean {
  const inside = relative(dataDirectory, path)
  return (
    /^(landed|rollup|spill-\w+)(\/|$)/.test(inside) ||
    inside === '' ||
    !relative(path, dataDirectory).startsWith('..')
  )
}

/**
 * In words: that a file of a source is not there any more, or can't be read; null where the error is about something else.
 * @param only the file that is read, where that is known; what is said of others is not looked at
 * @param where that file and its source, for people
 */
export function sourceFault(error: unknown, only?: string, where?: string): UserError | null {
  const fault = fileFault(error)
  if (fault === null || !isAbsolute(fault.path) || (only !== undefined && only !== fault.path)) return null
  return faultOfSource(fault, where ?? fault.path, error)
}

function faultOfSource(fault: FileFault, where: string, error: unknown): UserError | null {
  if (fault.code === 'ENOENT') {
    return new UserError(`${where}: was removed while it was read`, {
      hint: 'Run it again. Put exports in place, and take them away, between two runs.',
      cause: error,
    })
  }
  return fault.code === 'EACCES' || fault.code === 'EPERM'
    ? new UserError(`${where}: this user may not read it`, {
        hint: 'Let this user read the file, and enter its folders.',
        cause: error,
      })
    : null
}
