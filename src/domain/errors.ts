/** Exit codes of the command line (DESIGN.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, partial: 3, leaseHeld: 4 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Something the user can mend: the message says what and where, `hint` what to do. */
export class UserError extends Error {
  readonly exitCode: ExitCode
  readonly hint: string | undefined

  constructor(message: string, options: { exitCode?: ExitCode; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'UserError'
    this.exitCode = options.exitCode ?? EXIT.failed
    this.hint = options.hint
  }
}
