import { RequestFailed, SessionFault } from '../contract/faults.ts'
import { EXIT, type ExitCode, UserError } from '../domain/errors.ts'
import type { Terminal } from './terminal.ts'

/** Tells on stderr what went wrong and what to do about it. Anything but a user's or a CRM's error is a bug of ours. */
export function showError(terminal: Terminal, error: unknown): ExitCode {
  if (error instanceof UserError) {
    terminal.err(`oql: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`)
    return error.exitCode
  }
  if (error instanceof SessionFault || error instanceof RequestFailed) {
    terminal.err(`oql: ${error.message}\n  oql check shows what is lacking, all of it at once.\n`)
    return EXIT.failed
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.err(`oql: an error that should not be; please report it:\n${trace}\n`)
  return EXIT.failed
}
