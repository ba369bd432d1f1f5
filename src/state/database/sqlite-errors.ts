import path from 'node:path'
import { UserError } from '../../domain/errors.ts'

/** SQLite's primary result codes that a user can do something about (sqlite.org/rescode.html). */
const CODES = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 }

/** Turns a fault of the file, its disk or its neighbours into one that says what to do; any other stays as it is. */
export function asUserError(file: string, error: unknown): unknown {
  const code = primaryCode(error)
  const fail = (message: string, hint: string) => new UserError(message, { hint, cause: error })
  switch (code) {
    case CODES.busy:
      return fail(
        `The state ${file} is in use by another process`,
        'Wait until that run has ended, and try again',
      )
    case CODES.readOnly:
    case CODES.cannotOpen:
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
      return fail(
        `The state ${file} can't be opened for writing`,
        `Let this user write to ${path.dirname(file)}, or name another place in state.url`,
      )
    case CODES.full:
    case 'ENOSPC':
      return fail(
        `The disk of the state ${file} is full`,
        'Make room; the next run goes on where this one ended',
      )
    case CODES.ioError:
      return fail(`The disk of the state ${file} failed`, 'Check the disk, then run again')
    case CODES.corrupt:
    case CODES.notADatabase:
      return fail(
        `The state ${file} is damaged, or no database`,
        'Put back a copy, or move it away: the next sync finds links and stages again in the CRM',
      )
    default:
      return error
  }
}

/** SQLite's primary code, or the operating system's name of the error. */
export function primaryCode(error: unknown): number | string | undefined {
  if (!(error instanceof Error)) return undefined
  // The low byte of an extended code is the primary one.
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export const isBusy = (error: unknown): boolean => primaryCode(error) === CODES.busy
