import { z } from 'zod'
import type { ConnectorEntry } from './config.ts'
import { ConfigError } from './config-error.ts'
import { isList, isMap, valueAt } from './read/parsed.ts'
import { validate } from './read/validate.ts'

/**
 * What a connector wants of its `config:` block.
 * @throws ConfigError with file, line and nearest key of everything that the connector's schema refuses
 */
export function parseConnectorConfig<T>({ origin }: Pick<ConnectorEntry, 'origin'>, schema: z.ZodType<T>): T {
  const result = validate(origin.tree, schema, origin.path)
  if ('problems' in result) throw new ConfigError(result.problems)
  return result.value
}

/** Values of a connector's config that its schema marks `.meta({ secret: true })`, whatever their keys are called. */
export const secretsByMeta = (schema: z.ZodType, config: unknown): string[] =>
  marked(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }), config)

function marked(json: unknown, value: unknown): string[] {
  if (!isMap(json)) return []
  if (json.secret === true) return typeof value === 'string' && value !== '' ? [value] : []
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap(key => {
    const list = json[key]
    return isList(list) ? list : []
  })
  const properties = isMap(json.properties) ? Object.entries(json.properties) : []
  return [
    ...branches.flatMap(branch => marked(branch, value)),
    ...properties.flatMap(([key, property]) => marked(property, valueAt(value, [key]))),
    ...(isList(value) ? value.flatMap(item => marked(json.items, item)) : []),
  ]
}
