import type { Sandbox, SandboxOptions } from '../../contract/connector.ts'
import { SessionFault } from '../../contract/faults.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { loadConnector } from './load-connector.ts'

/**
 * Starts a connector's stand-in of its CRM.
 * @throws UserError where it has none, an option is not for it, or the port is taken
 */
export async function startSandbox(use: string, options: SandboxOptions): Promise<Sandbox> {
  const connector = await loadConnector(use)
  if (connector.sandbox === undefined) {
    throw new UserError(`the connector ${use} has no sandbox`, { exitCode: EXIT.usage })
  }
  try {
    return await connector.sandbox(options)
  } catch (error) {
    if (error instanceof SessionFault && error.fault === 'config') {
      throw new UserError(error.message, { exitCode: EXIT.usage, cause: error })
    }
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    throw new PortTaken(options.port, error)
  }
}

/** Another process listens there: maybe a sandbox that runs already. */
export class PortTaken extends UserError {
  constructor(port: number, cause: unknown) {
    super(`port ${port} is taken`, {
      hint: 'Another sandbox may be running; --port 0 picks a free one.',
      cause,
    })
    this.name = 'PortTaken'
  }
}
