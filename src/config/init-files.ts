import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { jsonSchemas, jsonSchemaText } from './json-schemas.ts'
import { shippedFile } from './shipped.ts'

const SHIPPED = [
  'config/oql.yaml',
  'config/oql.production.yaml',
  'config/model.yaml',
  'mappings/hubspot.yaml',
]

/** The shipped config names the shipped model by leaving it out; beside a copy of one's own it names the copy. */
const MODEL_LINES = /^# Left out: the model that ships\..*\n# (model: .*)$/m

/**
 * The files that `oql init` writes below `target`: path → text. They are the shipped ones, with their comments, and
 * the JSON Schemas that their first lines name. Whether a file is there already is for the caller to see.
 */
export async function initFiles(target: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const name of SHIPPED) {
    const text = await readFile(shippedFile(name), 'utf8')
    files.set(path.resolve(target, name), text.replace(MODEL_LINES, '# The scoring model.\n$1'))
  }
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    files.set(path.resolve(target, 'config', 'schemas', name), jsonSchemaText(schema))
  }
  return files
}
