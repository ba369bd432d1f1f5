import pc from 'picocolors'

export type Colors = ReturnType<typeof pc.createColors>

/** The two streams of a command: results on stdout, everything else on stderr. No secret passes either. */
export interface Terminal {
  /** Waits where the reader is slow. */
  out(text: string): Promise<void>
  err(text: string): void
  /** For stdout; plain where it is no terminal or NO_COLOR is set. */
  colors: Colors
  /** Characters in a line of stdout. */
  columns: number
  /** stderr is a terminal: one line may be written over. */
  overwrites: boolean
  /** Somebody can be asked, on stderr. */
  asks: boolean
  /** From now on these texts are written as `[secret]`, wherever they come up. */
  hide(secrets: readonly string[]): void
}

export interface Streams {
  stdin: { isTTY?: boolean }
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  stderr: NodeJS.WritableStream & { isTTY?: boolean }
  env: Readonly<Record<string, string | undefined>>
}

/** Where nobody tells: wide enough for a reason, narrow enough for a log viewer. */
const DEFAULT_COLUMNS = 140

export function createTerminal({ stdin, stdout, stderr, env }: Streams): Terminal {
  const redact = redactor()
  const colored = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  return {
    out: text =>
      new Promise((resolve, reject) => {
        stdout.write(redact.text(text), error => (error ? reject(error) : resolve()))
      }),
    err: text => void stderr.write(redact.text(text)),
    colors: pc.createColors(colored),
    columns: stdout.columns ?? DEFAULT_COLUMNS,
    overwrites: stderr.isTTY === true,
    asks: stdin.isTTY === true && stderr.isTTY === true,
    hide: redact.hide,
  }
}

/** Replaces what must not be seen. Longer secrets first: one may be a part of another. */
function redactor() {
  let secrets: readonly string[] = []
  return {
    hide(more: readonly string[]) {
      secrets = [...new Set([...secrets, ...more])].toSorted((left, right) => right.length - left.length)
    },
    text: (text: string) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '[secret]'), text),
  }
}
