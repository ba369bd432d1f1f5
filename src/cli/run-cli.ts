import { CommanderError } from 'commander'
import { EXIT, type ExitCode } from '../domain/errors.ts'
import type { Context } from './context.ts'
import { program } from './program.ts'
import { showError } from './show-error.ts'

/** Runs one command line and returns its exit code; whatever goes wrong is told on stderr. */
export async function runCli(args: readonly string[], context: Context): Promise<ExitCode> {
  let code: ExitCode = EXIT.done
  const cli = program(context, handler => async (...given) => {
    code = await handler(...given)
  })
  try {
    await cli.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Commander has told it already. Help that was asked for is no fault.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    return showError(context.terminal, error)
  }
}
