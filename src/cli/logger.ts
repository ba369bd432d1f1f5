import { type Logger, pino } from 'pino'
import type { LogLevel } from '../config/config.ts'
import type { Terminal } from './terminal.ts'

/** JSON lines on stderr, secrets taken out like everywhere else. */
export const createLogger = (terminal: Terminal, level: LogLevel): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write: line => terminal.err(line) })
