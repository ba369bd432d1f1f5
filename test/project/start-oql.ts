import { spawn } from 'node:child_process'
import path from 'node:path'

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

/** A command in a process of its own, that nobody listens to. */
export interface Started {
  hasEnded(): boolean
  ended: Promise<void>
  /** `kill -9`. */
  kill(): void
}

/** Starts a command, with more in its environment than this process has. */
export function startOql(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env }, stdio: 'ignore' })
  const life = { ended: false }
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', () => {
      life.ended = true
      resolve()
    })
  })
  return { hasEnded: () => life.ended, ended, kill: () => child.kill('SIGKILL') }
}
