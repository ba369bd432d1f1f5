import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files are kept this long after their last use: another run with another config, model or `as_of` may be at work with
 * them, or comes back to them soon. No run takes a day.
 */
export const KEPT_UNUSED_MS = 24 * 60 * 60 * 1000

/**
 * Removes what no run needed for a day from the data directory: landed and rolled up files of sources, days, configs
 * and rules that are gone, drafts of processes that were killed, and what they spilled.
 * @param now milliseconds since 1970 by the clock that dates files
 */
export async function sweep(dataDirectory: string, now: number): Promise<void> {
  const recipes = await recipesOf(dataDirectory)
  // What was learnt goes before the data: the other way round a kill would leave a promise without a file.
  for (const file of (await filesOf(dataDirectory)).toSorted((a, b) => jsonFirst(a) - jsonFirst(b))) {
    if (await isStale(file, now)) await rm(file, { force: true })
  }
  for (const recipe of recipes) if (await isStale(recipe, now)) await rmdir(recipe).catch(unlessInUse)
  await sweepDrafts(dataDirectory, now)
}

/**
 * Removes drafts, and what was spilled, of processes that are gone: what was not touched for so long.
 * @returns how many
 */
export async function sweepDrafts(
  dataDirectory: string,
  now: number,
  untouchedMs = KEPT_UNUSED_MS,
): Promise<number> {
  const drafts = (await filesOf(dataDirectory)).filter(file => file.endsWith('.tmp'))
  let removed = 0
  for (const path of [...drafts, ...(await entries(dataDirectory, SPILL))]) {
    if (!(await isStale(path, now, untouchedMs))) continue
    await rm(path, { recursive: true, force: true })
    removed++
  }
  return removed
}

/** What was landed of texts: the whole files, without drafts. */
export const landedFiles = async (dataDirectory: string): Promise<string[]> =>
  (await entries(join(dataDirectory, 'landed'), LANDED)).filter(isWhole)

/** The days of all rollups, and their people: the whole files, without drafts. */
export const rollupFiles = async (dataDirectory: string): Promise<string[]> =>
  (await daysOf(dataDirectory)).filter(isWhole)

const isWhole = (path: string): boolean => path.endsWith('.parquet')

const recipesOf = (dataDirectory: string): Promise<string[]> => entries(join(dataDirectory, 'rollup'), RECIPE)

async function daysOf(dataDirectory: string): Promise<string[]> {
  const recipes = await recipesOf(dataDirectory)
  return (await Promise.all(recipes.map(recipe => entries(recipe, DAY)))).flat()
}

async function filesOf(dataDirectory: string): Promise<string[]> {
  return [...(await entries(join(dataDirectory, 'landed'), LANDED)), ...(await daysOf(dataDirectory))]
}

/** The names that this program gives: nothing else is ever removed. */
const LANDED = /^[0-9a-f]{20}\.(json|parquet)\b/
const RECIPE = /^[0-9a-f]{16}$/
const DAY = /^\d{4}-\d\d-\d\d\.[0-9a-f]{16}\b/
const SPILL = /^spill-\w+$/

async function entries(directory: string, named: RegExp): Promise<string[]> {
  const found = (await readdir(directory).catch(gone)) ?? []
  return found.filter(name => named.test(name)).map(name => join(directory, name))
}

const jsonFirst = (path: string): number => (path.endsWith('.json') ? 0 : 1)

/** Another process may have swept it meanwhile. */
async function isStale(path: string, now: number, untouchedMs = KEPT_UNUSED_MS): Promise<boolean> {
  const found = await stat(path).catch(gone)
  return found !== null && now - found.mtimeMs > untouchedMs
}

function gone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

function unlessInUse(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error
}
