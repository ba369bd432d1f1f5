import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished, vi } from 'vitest'
import type { StatePlace } from '../../../src/state/database/location.ts'
import { newSchema } from '../../postgres/new-schema.ts'

/** A directory for one test, and the url of a state in it that is not there yet. */
export async function newPlace(): Promise<{ directory: string; file: string; url: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-test-state-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = path.join(directory, 'state.db')
  return { directory, file, url: `sqlite:${file}` }
}

/** Both databases; `newState` names a place in it where no state is yet. */
export const DATABASES: readonly { name: string; newState(): Promise<StatePlace | string> }[] = [
  { name: 'SQLite', newState: async () => (await newPlace()).url },
  { name: 'PostgreSQL', newState: newSchema },
]

/** Every file of a directory with its bytes, in text. */
export async function contentsOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).toSorted()
  const files = names.map(async name => [name, await readFile(path.join(directory, name), 'base64')] as const)
  return Object.fromEntries(await Promise.all(files))
}

/** An empty directory that is this test's place for temporary files. */
export async function ownTemporaryDirectory(): Promise<string> {
  const { directory } = await newPlace()
  vi.stubEnv('TMPDIR', directory)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  return directory
}
