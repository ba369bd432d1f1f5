import pc from 'picocolors'
import { createRedactor, type Redactor } from '../domain/redactor.ts'
import { visible } from './visible.ts'

export type Colors = ReturnType<typeof pc.createColors>

/** The two streams of a command: results on stdout, everything else on stderr. No secret passes either. */
export interface Terminal {
  /** A text for people. Waits where the reader is slow. */
  out(text: string): Promise<void>
  /** A text for people. */
  err(text: string): void
  /** What a program reads goes to stdout as it is: who makes it takes the secrets out, value by value. */
  data(text: string): Promise<void>
  /** One line of the log, as `data`. */
  logLine(line: string): void
  /** Puts this in place of what was written so last on stderr; nothing takes it away. For where `overwrites` is. */
  overwrite(line: string): void
  /** For stdout; plain where it is no terminal or NO_COLOR is set. */
  colors: Colors
  /** Characters in a line of stdout. */
  columns: number
  /** stderr is a terminal: one line may be written over. */
  overwrites: boolean
  /** Somebody can be asked, on stderr. */
  asks: boolean
  /** What is taken out of everything that is written. */
  redactor: Redactor
}

export interface Streams {
  stdin: { isTTY?: boolean }
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  stderr: NodeJS.WritableStream & { isTTY?: boolean }
  env: Readonly<Record<string, string | undefined>>
}

/** Where nobody tells: wide enough for a reason, narrow enough for a log viewer. */
const DEFAULT_COLUMNS = 140

const CLEAR_LINE = '\r\u001B[2K'

export function createTerminal({ stdin, stdout, stderr, env }: Streams): Terminal {
  const redactor = createRedactor()
  const colored = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  const forPeople = (text: string): string => visible(redactor.text(text), { colored })
  const data = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      stdout.write(text, error => (error ? reject(error) : resolve()))
    })
  return {
    out: text => data(forPeople(text)),
    err: text => void stderr.write(forPeople(text)),
    data,
    logLine: line => void stderr.write(line),
    overwrite: line => void stderr.write(CLEAR_LINE + forPeople(line)),
    colors: pc.createColors(colored),
    columns: stdout.columns ?? DEFAULT_COLUMNS,
    overwrites: stderr.isTTY === true,
    asks: stdin.isTTY === true && stderr.isTTY === true,
    redactor,
  }
}
