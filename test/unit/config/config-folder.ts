import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import type { Config } from '../../../src/config/config.ts'
import type { ConfigProblem } from '../../../src/config/config-error.ts'
import { ConfigError } from '../../../src/config/config-error.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import type { Environment } from '../../../src/config/read/interpolation.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files: path → text. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'oql-config-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

/** The least that a config holds. */
export const STORE = `version: 1
store:
  sources:
    - { name: scarf, type: files, path: "../data/*.csv" }
`

export const HUBSPOT = `connectors:
  hubspot: { use: hubspot, mapping: ../mappings/hubspot.yaml, config: {} }
`

export const MAPPING = `object: companies
match: { by: domain }
fields:
  - { from: stage, to: oql_stage }
`

export const mainFile = (folder: string): string => path.join(folder, 'config', 'oql.yaml')

export function load(
  oql: string,
  others: Readonly<Record<string, string>> = {},
  env: Environment = {},
): Promise<Config> {
  return loadConfig(mainFile(folderWith({ 'config/oql.yaml': oql, ...others })), env)
}

/** The config of a main file that has one connector with this mapping. */
export const loadMapping = (mapping: string, segments = '') =>
  load(STORE + segments + HUBSPOT, { 'mappings/hubspot.yaml': mapping }).then(config => {
    const entry = config.connectors.hubspot
    if (entry === undefined) throw new Error('the config has no connector hubspot')
    return entry.mapping
  })

/** What loading complains about, with file names cut to their last part. */
export async function problemsOf(loading: Promise<unknown>): Promise<ConfigProblem[]> {
  const error = await loading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigError)) throw new Error('no ConfigError was thrown', { cause: error })
  return error.problems.map(problem => ({ ...problem, file: path.basename(problem.file) }))
}

/** `file:line key` of every problem, which is what a person goes by. */
export const placesOf = async (loading: Promise<unknown>): Promise<string[]> =>
  (await problemsOf(loading)).map(({ file, line, key }) => `${file}:${line} ${key}`)
