import { chmod, lstat, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from './make-directory.ts'

/** What is kept holds people's emails and customers' names: nobody else on the machine reads it. */
export const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const OF_OTHERS = 0o077
/** Of /tmp and the like, which are for everybody. */
const STICKY = 0o1000

/** Makes a folder of ours where it is not there. One that an earlier version made is tightened, and all that is in it. */
export async function privateFolder(folder: string): Promise<void> {
  await makeDirectory(folder, PRIVATE_FOLDER)
  await tighten(folder)
}

/** As `privateFolder`; where something is in it that is not of us, others may use it, and its mode stays. */
export async function sharedFolder(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  await makeDirectory(folder, PRIVATE_FOLDER)
  if ((await readdir(folder)).every(isOurs)) await setMode(folder, PRIVATE_FOLDER)
}

/**
 * Makes a file where it is not there, so that what other programs write to it is private from its first byte. One that is
 * there is not opened: to close it again would free the locks that this process holds on it (POSIX).
 */
export async function privateFile(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', PRIVATE_FILE)).close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    await keepPrivate(file)
  }
}

/** Of a file that another program wrote; one that is not there is left so. */
export async function keepPrivate(file: string): Promise<void> {
  await setMode(file, PRIVATE_FILE).catch(gone)
}

/** The folder itself last: where a kill comes between, the next start finds it as it was. */
async function tighten(path: string): Promise<void> {
  const found = await lstat(path).catch(gone)
  if (found === undefined || (found.mode & OF_OTHERS) === 0) return
  if (found.isFile()) await keepPrivate(path)
  if (!found.isDirectory()) return
  for (const name of await readdir(path)) await tighten(join(path, name))
  await setMode(path, PRIVATE_FOLDER)
}

async function setMode(path: string, mode: number): Promise<void> {
  const found = await stat(path)
  if ((found.mode & OF_OTHERS) === 0 || (found.mode & STICKY) !== 0) return
  try {
    await chmod(path, mode)
  } catch (error) {
    // Somebody else's, who lets us write to it, or a file system without modes: not ours to tighten.
    if (!NOT_OURS.has(codeOf(error))) throw error
  }
}

const NOT_OURS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP'])

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** Another process may have swept it meanwhile. */
function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
