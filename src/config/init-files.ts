import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Crm, withConnectors } from './chosen-connectors.ts'
import { jsonSchemas, jsonSchemaText } from './json-schemas.ts'
import { shippedFile } from './shipped.ts'

const SHIPPED = [
  'config/oql.yaml',
  'config/oql.production.yaml',
  'config/model.yaml',
  'mappings/hubspot.yaml',
  'mappings/salesforce.yaml',
]

/** The shipped config names the shipped model by leaving it out; beside a copy of one's own it names the copy. */
const MODEL_LINES = /^# Left out: the model that ships\..*\n# (model: .*)$/m

/**
 * The files that `oql init` writes below `target`: path → text. They are the shipped ones, with their comments, and
 * the JSON Schemas that their first lines name. The mappings of all CRMs are among them, so that the block of one that
 * was not chosen can be taken into the config later. Whether a file is there already is for the caller to see.
 */
export async function initFiles(
  target: string,
  crms: readonly Crm[] = ['hubspot'],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const name of SHIPPED) {
    const text = await readFile(shippedFile(name), 'utf8')
    const own = text.replace(MODEL_LINES, '# The scoring model.\n$1')
    files.set(path.resolve(target, name), withConnectors(own, crms))
  }
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    files.set(path.resolve(target, 'config', 'schemas', name), jsonSchemaText(schema))
  }
  return files
}
