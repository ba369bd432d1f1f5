import { type Logger, pino } from 'pino'
import type { LogLevel } from '../config/config.ts'
import { jsonOf } from './json-document.ts'
import type { Terminal } from './terminal.ts'

/** JSON lines on stderr, secrets taken out like everywhere else. */
export const createLogger = (terminal: Terminal, level: LogLevel): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: line => terminal.logLine(`${jsonOf(terminal, JSON.parse(line))}\n`) },
  )
