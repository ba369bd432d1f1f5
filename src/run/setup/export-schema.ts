import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ConnectorEntry } from '../../config/config.ts'
import type { Model } from '../../config/model.ts'
import { schemaFiles } from '../../delivery/schema/schema-files.ts'
import { EXIT, UserError } from '../../domain/errors.ts'
import { makeDirectory } from '../../store/make-directory.ts'

/** Stands in a folder that an export made, and says what of it is ours. */
const MARKER = '.oql-export.json'
const markerSchema = z.strictObject({ connector: z.string(), files: z.array(z.string()) })

/**
 * Writes what `setup` would make as files to deploy. A folder of an earlier export becomes this one: files that only
 * the earlier one had go away, for whoever deploys the folder would deploy them too.
 * @returns the paths of the files
 * @throws UserError where the folder holds anything else
 */
export async function exportSchema(
  entry: ConnectorEntry,
  model: Model,
  directory: string,
): Promise<string[]> {
  const files = await schemaFiles(entry, model.labels)
  const outside = [...files.keys()].find(name => !isBelow(directory, name))
  if (outside !== undefined) {
    throw new UserError(
      `${entry.name}: the connector ${entry.use} names a file outside of the folder: ${outside}`,
    )
  }
  const earlier = await earlierFiles(entry, directory)
  for (const name of earlier) if (!files.has(name)) await rm(path.join(directory, name), { force: true })
  // First: a folder that a kill leaves half written is still known for ours.
  await makeDirectory(directory)
  const marker = { connector: entry.use, files: [...new Set([...earlier, ...files.keys()])].sort() }
  await writeFile(path.join(directory, MARKER), json(marker))
  for (const [name, text] of files) {
    const file = path.join(directory, name)
    await makeDirectory(path.dirname(file))
    await writeFile(file, text)
  }
  await writeFile(path.join(directory, MARKER), json({ ...marker, files: [...files.keys()].sort() }))
  return [...files.keys()].map(name => path.join(directory, name))
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The files that an export made there; none where the folder is empty or new. */
async function earlierFiles({ use }: ConnectorEntry, directory: string): Promise<readonly string[]> {
  const there = await entriesOf(directory)
  if (there.length === 0) return []
  if (!there.includes(MARKER)) throw foreign(directory)
  const read = markerSchema.safeParse(parsed(await readFile(path.join(directory, MARKER), 'utf8')))
  if (!read.success || read.data.connector !== use) throw foreign(directory)
  return read.data.files.filter(name => isBelow(directory, name))
}

/** Neither a connector nor a marker that somebody changed may lead out of the folder. */
const isBelow = (directory: string, name: string): boolean =>
  path.resolve(directory, name).startsWith(`${path.resolve(directory)}${path.sep}`)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') throw foreign(directory)
    throw error
  }
}

const foreign = (directory: string): UserError =>
  new UserError(`${directory} holds something else than an earlier export, and nothing was written`, {
    exitCode: EXIT.usage,
    hint: 'Name a folder that is empty or does not exist yet.',
  })
