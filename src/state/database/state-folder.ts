import path from 'node:path'
import { dataFolder } from '../../store/data-folder.ts'
import { keepPrivate, privateFile } from '../../store/private-files.ts'

/** What SQLite keeps beside a database; made with its mode. */
const BESIDE = ['-wal', '-shm', '-journal']

/** Makes the folder of a state where it is not there. */
export const stateFolder = (file: string): Promise<void> =>
  dataFolder(path.dirname(file), [path.basename(file)])

/** Makes the file of a state where it is not there: ours alone, with all that SQLite keeps beside it. */
export async function privateStateFile(file: string): Promise<void> {
  await stateFolder(file)
  await privateFile(file)
  for (const end of BESIDE) await keepPrivate(file + end)
}
