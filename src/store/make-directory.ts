import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory where it is not there, with those above it. Node's own recursive way never ends where a file system
 * says that a place is not there though the one above it is (`/proc`).
 * @throws the operating system's error
 */
export async function makeDirectory(directory: string, mode?: number): Promise<void> {
  try {
    await mkdir(directory, mode)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && (await isDirectory(directory))) return
    if (code !== 'ENOENT' || dirname(directory) === directory) throw error
    await makeDirectory(dirname(directory), mode)
    await mkdir(directory, mode).catch(async (second: unknown) => {
      if (!(await isDirectory(directory))) throw second
    })
  }
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
