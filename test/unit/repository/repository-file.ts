import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** The text of a file, by its path in the repository. */
export const repositoryFile = (name: string): Promise<string> => readFile(path.join(ROOT, name), 'utf8')

/** The files of a folder, each by its path in the repository. */
export const repositoryFiles = async (folder: string): Promise<string[]> =>
  (await readdir(path.join(ROOT, folder))).map(name => path.posix.join(folder, name))
