import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { diskFull, isDiskFull } from './disk-full.ts'
import { PRIVATE_FILE } from './private-files.ts'

/** Where a file is written before it is whole: two processes, in two containers even, never share one. */
export const draftOf = (path: string): string => `${path}.${randomUUID()}.tmp`

/** Written whole or not at all, whatever happens in between. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = draftOf(path)
  try {
    await writeFile(draft, text, { mode: PRIVATE_FILE })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw isDiskFull(error) ? diskFull(error) : error
  }
}

/**
 * What was learnt of a file and kept at `path`; null where it, or a file of the data that belongs to it, is not there
 * or not whole, as a power cut may leave it. All are marked as used now, so that no sweep takes them.
 */
export async function recall<T>(path: string, dataOf: (learnt: T) => readonly string[]): Promise<T | null> {
  try {
    const learnt = JSON.parse(await readFile(path, 'utf8')) as T // our own file, under a name that tells its version
    const data = dataOf(learnt)
    const found = await Promise.all(data.map(file => stat(file)))
    if (found.some(({ size }) => size === 0)) return null
    const now = new Date()
    await Promise.all([path, ...data].map(file => utimes(file, now, now)))
    return learnt
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null
    throw error
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
