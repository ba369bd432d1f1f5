import { sharedFolder } from './private-files.ts'

/** What this program makes in the data directory: landed and rolled up files, spills, the state, the demo's CRMs. */
const OURS = /^(landed|rollup|sample|spill-\w+|state\.db.*|sandbox-\w+\.db.*|demo\.json)$/

/**
 * Makes the data directory where it is not there. It is ours alone, but for one that others put something into.
 * @param more beginnings of names of ours that the config gives
 */
export const dataFolder = (directory: string, more: readonly string[] = []): Promise<void> =>
  sharedFolder(directory, name => OURS.test(name) || more.some(begin => name.startsWith(begin)))
