import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { StatePlace } from '../../../src/state/database/location.ts'

const CHILD = new URL('./child.ts', import.meta.url).pathname

export interface Child {
  pid: number | undefined
  /** The first thing that it told. */
  told: unknown
  /** Sends a line to it, and gives what it tells next. */
  ask(line: string): Promise<unknown>
  /** Stops it in its tracks: it knows of nothing until it is thawed. */
  freeze(): void
  thaw(): void
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
  ended: Promise<void>
}

/** Starts `child.ts` and waits until it tells something. Fails, with what it wrote to stderr, when it never does. */
export const startChild = (act: string, place: StatePlace | string = ''): Promise<Child> =>
  follow(spawn(process.execPath, [CHILD, act, JSON.stringify(place)], { stdio: 'pipe' }))

/** As `startChild`, where no file may grow beyond so many blocks of 512 bytes. */
export const startChildWithin = (blocks: number, act: string, place: StatePlace | string): Promise<Child> => {
  const limited = ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`]
  const child = [process.execPath, CHILD, act, JSON.stringify(place)]
  return follow(spawn('sh', [...limited, ...child], { stdio: 'pipe' }))
}

async function follow(child: ChildProcessWithoutNullStreams): Promise<Child> {
  const ended = once(child, 'exit').then(() => {})
  const complaints: string[] = []
  child.stderr.on('data', chunk => complaints.push(String(chunk)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`The child said nothing: ${complaints.join('')}`)
    return JSON.parse(value)
  }
  const ask = (line: string) => {
    child.stdin.write(`${line}\n`)
    return next()
  }
  return {
    pid: child.pid,
    told: await next(),
    ask,
    ended,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => kill(child, ended),
  }
}

async function kill(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGKILL')
  await ended
}
