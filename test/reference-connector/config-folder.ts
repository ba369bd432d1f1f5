import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Config, loadConfig } from '../../src/config/index.ts'

const REFERENCE = import.meta.resolve('./index.ts')
/** Leads need nobody and are tied to nothing, as Salesforce's. */
export const WITHOUT_TIES = import.meta.resolve('./without-ties.ts')

/** What a test says of its config; the rest is the least there is. */
export interface Setting {
  /** The connector's module; the reference one when left out. */
  use?: string
  /** Lines of the mapping beside `object`, `match` and `fields`. */
  mapping?: string
  /** Lines of `match` beside `by`. */
  match?: string
  fields?: string
  /** Lines of the connector's entry. */
  connector?: string
  /** Of the connector's own config. */
  options?: string
  /** Lines of `store`. */
  store?: string
  /** Lines of the main file. */
  main?: string
}

export const FIELDS = `
  - { from: stage, to: stage }
  - { from: score, to: score }
  - { from: stage_since, to: stage_since }
  - { from: domain, to: domain, write: on_create }
  - { from: name, to: name, write: on_create }`

/** Writes and loads the config of connectors (name → the CRM it reaches) that share one mapping. */
export async function writeConfig(
  folder: string,
  connectors: Readonly<Record<string, string>>,
  setting: Setting,
): Promise<Config> {
  await mkdir(path.join(folder, 'config'), { recursive: true })
  const file = path.join(folder, 'config', 'oql.yaml')
  const entries = Object.entries(connectors).map(
    ([name, crm]) => `  ${name}:
    use: ${JSON.stringify(setting.use ?? REFERENCE)}
    mapping: ../mapping.yaml
    config: { crm: ${crm}, ${setting.options ?? ''} }
${setting.connector ?? ''}`,
  )
  await writeFile(
    file,
    `version: 1
store:
  sources: [{ name: signals, type: files, format: canonical, path: ../*.csv }]
${setting.store ?? ''}
data: ../data
state: { url: "sqlite:../state.db" }
${setting.main ?? ''}
connectors:${entries.length === 0 ? ' {}' : `\n${entries.join('\n')}`}
`,
  )
  await writeFile(
    path.join(folder, 'mapping.yaml'),
    `object: companies
match:
  by: domain
${setting.match ?? ''}
${setting.mapping ?? ''}
fields:${setting.fields ?? FIELDS}
`,
  )
  return loadConfig(file, {})
}
