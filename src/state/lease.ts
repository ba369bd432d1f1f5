import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { EXIT, UserError } from '../domain/errors.ts'
import { locate } from './location.ts'
import { asUserError, isBusy } from './sqlite-errors.ts'

/** Who holds the lease, as far as they told. */
export interface Holder {
  pid: number
  host: string
  since: Date
}

/** The right to run. Held by one process at a time; `held` says that another one has it. */
export type Lease =
  | { status: 'acquired'; release(): Promise<void> }
  | { status: 'held'; holder: Holder | null }

/**
 * Takes the lease of the state at `url`, or says at once that another process holds it. It is the operating system's
 * lock on `<state>.lock`, taken through SQLite, so it is free the moment its process is gone, however it went. Keep what
 * is returned until the end: a lock that nothing refers to is collected, and free.
 */
export async function acquireLease(url: string, now: Date): Promise<Lease> {
  const location = locate(url)
  if (location.kind === 'memory') return { status: 'acquired', release: async () => {} }
  const file = `${location.path}.lock`
  // Never inside the locked file: closing any second handle on it would free the lock (POSIX).
  const note = `${file}.json`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    const lock = lockFile(file)
    if (lock === 'held') return { status: 'held', holder: await readHolder(note) }
    const holder: Holder = { pid: process.pid, host: hostname(), since: now }
    await writeFile(note, JSON.stringify(holder))
    return {
      status: 'acquired',
      release: async () => {
        await rm(note, { force: true })
        lock.close()
      },
    }
  } catch (error) {
    throw asUserError(location.path, error)
  }
}

/** What a command says that needs the lease and does not get it. */
export function leaseHeld(holder: Holder | null): UserError {
  const who =
    holder === null ? '' : ` (process ${holder.pid} on ${holder.host}, since ${holder.since.toISOString()})`
  return new UserError(`Another run holds the lease${who}`, {
    exitCode: EXIT.leaseHeld,
    hint: 'Wait until it has ended, and try again',
  })
}

function lockFile(file: string): DatabaseSync | 'held' {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('begin exclusive')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return 'held'
    throw error
  }
}

const HOLDER = z.object({ pid: z.int(), host: z.string(), since: z.coerce.date() })

/** The note may be missing or half written for a moment: then nobody knows. */
async function readHolder(note: string): Promise<Holder | null> {
  const text = await readFile(note, 'utf8').catch(() => 'null')
  try {
    return HOLDER.nullable().parse(JSON.parse(text))
  } catch {
    return null
  }
}
