import { Writable } from 'node:stream'
import { createTerminal, type Terminal } from '../../../src/cli/terminal.ts'

export interface PretendTerminal {
  terminal: Terminal
  stdout(): string
  stderr(): string
}

/** A terminal whose streams are texts. */
export function pretendTerminal(
  options: { isTTY?: boolean; columns?: number; env?: Record<string, string> } = {},
): PretendTerminal {
  const { isTTY = false, columns = 100, env = {} } = options
  const out = collector()
  const err = collector()
  const terminal = createTerminal({
    stdin: { isTTY },
    stdout: Object.assign(out.stream, { isTTY, columns }),
    stderr: Object.assign(err.stream, { isTTY }),
    env,
  })
  return { terminal, stdout: out.text, stderr: err.text }
}

function collector() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}
