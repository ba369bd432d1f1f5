import type { Clock } from '../clock.ts'
import type { Terminal } from './terminal.ts'
import { count } from './words.ts'

/** How far long work is. */
export interface Progress {
  show(what: string, done: number, of: number | null): void
  /** Before anything else is written. */
  clear(): void
}

/** A line that is written over: often enough to look alive, seldom enough to cost nothing. */
const OVERWRITE_EVERY_MS = 100
/** Lines that stay, as in a CI log. */
const LINE_EVERY_MS = 5_000

/** Shows progress on stderr: one line over and over on a terminal, else a line every few seconds. */
export function showProgress(terminal: Terminal, clock: Clock): Progress {
  // In a log what is over in seconds needs no line.
  let last = terminal.overwrites ? Number.NEGATIVE_INFINITY : clock.now()
  let shown = false
  return {
    show(what, done, of) {
      const every = terminal.overwrites ? OVERWRITE_EVERY_MS : LINE_EVERY_MS
      if (clock.now() - last < every) return
      last = clock.now()
      const line = `${what}: ${count(done)}${of === null ? '' : ` of ${count(of)}`}`
      if (terminal.overwrites) terminal.overwrite(line)
      else terminal.err(`${line}\n`)
      shown = terminal.overwrites
    },
    clear() {
      if (shown) terminal.overwrite('')
      shown = false
    },
  }
}
