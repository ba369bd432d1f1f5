import { isList, isMap } from '../read/parsed.ts'

type Json = Readonly<Record<string, unknown>>

/** Any value may come from outside the file: to an editor, a text with a reference in it fits everywhere. */
export const REFERENCE_DEFINITION: Readonly<Record<string, Json>> = {
  reference: { type: 'string', pattern: '\\$\\{[^}]*\\}', description: 'From the environment or a file.' },
}

const REFERENCE = { $ref: '#/$defs/reference' }

/** The same schema, which takes a reference wherever it wants a number, a boolean or a text of a certain form. */
export function withReferences(schema: unknown): unknown {
  if (!isMap(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, below(key, value)]))
  if (!isParticular(schema)) return inner
  const { description, default: byDefault, ...form } = inner
  return {
    ...(description !== undefined && { description }),
    ...(byDefault !== undefined && { default: byDefault }),
    anyOf: [form, REFERENCE],
  }
}

/** Keys that hold schemas by name, lists of them, or one. Names of keys (`propertyNames`) can't be references. */
function below(key: string, value: unknown): unknown {
  if ((key === 'properties' || key === '$defs') && isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, withReferences(schema)]))
  }
  if ((key === 'anyOf' || key === 'oneOf') && isList(value)) return value.map(withReferences)
  return key === 'items' || key === 'additionalProperties' ? withReferences(value) : value
}

const isParticular = ({ type, pattern, format, enum: options }: Json): boolean =>
  ['number', 'integer', 'boolean'].includes(String(type)) ||
  [pattern, format, options].some(limit => limit !== undefined)
