import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { privateFile } from '../../store/private-files.ts'
import { asUserError, isBusy } from '../database/sqlite-errors.ts'
import { stateFolder } from '../database/state-folder.ts'
import type { HeldLease, Holder, Lease } from './held-lease.ts'

/**
 * The operating system's lock on `<state>.lock`, taken through SQLite: it is free the moment its process is gone, however
 * it went, and can't be lost before. Keep what is returned until the end: a lock that nothing refers to is collected, and
 * free.
 */
export async function acquireFileLease(state: string, now: Date): Promise<Lease> {
  const file = `${state}.lock`
  // Never inside the locked file: closing any second handle on it would free the lock (POSIX).
  const note = `${file}.json`
  try {
    await stateFolder(state)
    await privateFile(file)
    const lock = lockFile(file)
    if (lock === 'held') return { status: 'held', holder: await readHolder(note) }
    const holder: Holder = { pid: process.pid, host: hostname(), since: now }
    await privateFile(note)
    await writeFile(note, JSON.stringify(holder))
    return {
      ...NEVER_LOST,
      release: async () => {
        await rm(note, { force: true })
        lock.close()
      },
    }
  } catch (error) {
    throw asUserError(state, error)
  }
}

/** Of a lease that ends with its process alone. */
export const NEVER_LOST: Omit<HeldLease, 'release'> = {
  status: 'acquired',
  fence: null,
  lost: new AbortController().signal,
  assertHeld: async () => {},
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
