import { constants, rmSync } from 'node:fs'
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { asUserError, primaryCode } from './sqlite-errors.ts'

/** A copy of a state file that nobody else knows of. */
export interface Copy {
  path: string
  remove(): Promise<void>
}

/** Waits for a writer that is just cutting back its log. */
const BUSY_TIMEOUT_MS = 30_000

/** A place for a copy, with nothing in it yet. */
export async function newCopy(): Promise<Copy> {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-state-'))
  // A command that ends by process.exit leaves no copy behind either.
  const removeNow = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', removeNow)
  const remove = async () => {
    await rm(directory, { recursive: true, force: true })
    process.off('exit', removeNow)
  }
  return { path: path.join(directory, 'state.db'), remove }
}

/** Copies the state as last committed, and leaves no trace beside it. A state that is not there gives an empty copy. */
export async function copyState(file: string): Promise<Copy> {
  const copy = await newCopy()
  try {
    if (!(await copyAtRest(file, copy.path))) copyInUse(file, copy.path)
    return copy
  } catch (error) {
    await copy.remove()
    throw asUserError(file, error)
  }
}

/**
 * Without a write-ahead log nobody has the file open, and its bytes are the state. Opening it would leave a log and an
 * index beside it. A process that opens it meanwhile writes to its log first: the file itself changes later, and then
 * its time of change tells. Returns false where this way is not open.
 */
async function copyAtRest(file: string, copy: string): Promise<boolean> {
  const before = await changedAt(file)
  if (before === undefined) return true
  if ((await changedAt(`${file}-wal`)) !== undefined) return false
  await copyFile(file, copy, constants.COPYFILE_FICLONE)
  if ((await changedAt(file)) === before) return true
  await rm(copy)
  return false
}

/** In use, or left so by a kill: reading through SQLite gives the last commit, and what lies beside the file stays. */
function copyInUse(file: string, copy: string): void {
  const source = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    source.prepare('vacuum into ?').run(copy)
  } finally {
    source.close()
  }
}

async function changedAt(file: string): Promise<bigint | undefined> {
  try {
    return (await stat(file, { bigint: true })).mtimeNs
  } catch (error) {
    if (primaryCode(error) === 'ENOENT') return undefined
    throw error
  }
}
