import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { jsonSchemas, jsonSchemaText } from '../schema/json-schemas.ts'
import { type Crm, withConnectors } from './chosen-connectors.ts'
import { shippedFile } from './shipped.ts'

const SHIPPED = [
  'config/oql.yaml',
  'config/oql.production.yaml',
  'config/model.yaml',
  'mappings/hubspot.yaml',
  'mappings/hubspot.scarf.yaml',
  'mappings/salesforce.yaml',
  'mappings/salesforce.scarf.yaml',
]

/** Mappings to fields that somebody else filled before: `mappings/NAME.scarf.yaml`. */
export const PRESETS = ['scarf'] as const
export type Preset = (typeof PRESETS)[number]

const MAPPING_LINES = /^(.*\bmapping: \.\.\/mappings\/\w+)\.yaml$/gm

/** The shipped config names the shipped model by leaving it out; beside a copy of one's own it names the copy. */
const MODEL_LINES = /^# Left out: the model that ships\..*\n# (model: .*)$/m

/**
 * The files that `oql init` writes below `target`: path → text. They are the shipped ones, with their comments, and
 * the JSON Schemas that their first lines name. The mappings of all CRMs are among them, so that the block of one that
 * was not chosen can be taken into the config later. Whether a file is there already is for the caller to see.
 * @param preset which mappings the configs lead to; ours when left out
 */
export async function initFiles(
  target: string,
  crms: readonly Crm[] = ['hubspot'],
  preset?: Preset,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const name of SHIPPED) {
    const text = await readFile(shippedFile(name), 'utf8')
    const own = text.replace(MODEL_LINES, '# The scoring model.\n$1')
    const chosen = withConnectors(own, crms)
    const led = preset === undefined ? chosen : chosen.replaceAll(MAPPING_LINES, `$1.${preset}.yaml`)
    files.set(path.resolve(target, name), led)
  }
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    files.set(path.resolve(target, 'config', 'schemas', name), jsonSchemaText(schema))
  }
  return files
}
