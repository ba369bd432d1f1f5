import type { Clock } from '../clock.ts'
import type { Environment } from '../config/read/interpolation.ts'
import type { ExitCode } from '../domain/errors.ts'
import type { Stop } from './stop.ts'
import type { Terminal } from './terminal.ts'

/** What a command needs of the process it runs in. */
export interface Context {
  terminal: Terminal
  env: Environment
  clock: Clock
  stop: Stop
}

/** A command's work; what it returns is the exit code. */
type Handler<A extends unknown[]> = (...args: A) => Promise<ExitCode>

/** Gives a command of commander its work. */
export type Act = <A extends unknown[]>(handler: Handler<A>) => (...args: A) => Promise<void>
