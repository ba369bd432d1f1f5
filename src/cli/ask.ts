import { createInterface } from 'node:readline/promises'

/** Asks for a yes on stderr, so that stdout stays clean. Anything but `y` or `yes` is a no. */
export async function askYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
