import { RequestFailed, SessionFault } from '../contract/faults.ts'
import { EXIT, type ExitCode, UserError } from '../domain/errors.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

/** Tells on stderr what went wrong and what to do about it. Anything but a user's or a CRM's error is a bug of ours. */
export function showError(terminal: Terminal, error: unknown): ExitCode {
  // None of it is colored: what looks like a color is somebody's text.
  const tell = (text: string): void => terminal.err(visible(`oql: ${text}\n`))
  if (error instanceof UserError) {
    tell(error.hint === undefined ? error.message : `${error.message}\n  ${error.hint}`)
    return error.exitCode
  }
  if (error instanceof SessionFault || error instanceof RequestFailed) {
    tell(`${error.message}\n  oql check shows what is lacking, all of it at once.`)
    return EXIT.failed
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  tell(`an error that should not be; please report it:\n${trace}`)
  return EXIT.failed
}
