import type { Call, Field, FieldType } from '../../../src/contract/index.ts'
import type { Property } from '../http/answers.ts'
import type { Client } from '../http/client.ts'

/** HubSpot's limit of a text value. */
const MAX_TEXT_CHARS = 65_536

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'text',
  number: 'number',
  bool: 'boolean',
  date: 'date',
  datetime: 'datetime',
  enumeration: 'enumeration',
}

/** A single checkbox is an enumeration of `true` and `false` in older portals. */
function fieldType(property: Pick<Property, 'type' | 'fieldType'>): FieldType {
  if (property.type === 'enumeration' && property.fieldType === 'booleancheckbox') return 'boolean'
  return TYPES[property.type] ?? 'other'
}

export function fieldOf(property: Property): Field {
  const type = fieldType(property)
  // Owners and the like take ids that are no options of the property.
  const closed = type === 'enumeration' && property.externalOptions !== true && property.options.length > 0
  return {
    name: property.name,
    label: property.label,
    type,
    nativeType: property.fieldType === '' ? property.type : `${property.type} (${property.fieldType})`,
    ...(closed ? { options: property.options.map(option => option.value) } : {}),
    ...(type === 'text' ? { maxLength: MAX_TEXT_CHARS } : {}),
    writable: property.modificationMetadata?.readOnlyValue !== true && property.calculated !== true,
    unique: property.hasUniqueValue === true,
  }
}

export type Types = ReadonlyMap<string, FieldType>

/** Describes objects, and remembers what it saw for as long as the session is open. */
export interface Catalogue {
  describe(object: string, call: Call): Promise<Field[]>
  types(object: string, call: Call): Promise<Types>
  /** Whether records can be found by the property, and no two hold the same value; undefined where it is not there. */
  isUnique(object: string, name: string, call: Call): Promise<boolean | undefined>
  /** The properties were changed by us. */
  forget(object: string): void
}

export function createCatalogue(client: Client): Catalogue {
  const known = new Map<string, Promise<Known>>()
  const describe = async (object: string, call: Call) => (await client.properties(object, call)).map(fieldOf)
  const load = (object: string, call: Call) => {
    // Batches run side by side: the first one asks, the others wait for its answer.
    const fields = describe(object, call).then(knownOf)
    fields.catch(() => known.delete(object))
    known.set(object, fields)
    return fields
  }
  const get = (object: string, call: Call) => known.get(object) ?? load(object, call)
  return {
    describe: async (object, call) => {
      const fields = await describe(object, call)
      known.set(object, Promise.resolve(knownOf(fields)))
      return fields
    },
    types: async (object, call) => (await get(object, call)).types,
    isUnique: async (object, name, call) => {
      const { types, unique } = await get(object, call)
      return types.has(name) ? unique.has(name) : undefined
    },
    forget: object => known.delete(object),
  }
}

interface Known {
  types: Types
  unique: ReadonlySet<string>
}

const knownOf = (fields: readonly Field[]): Known => ({
  types: new Map(fields.map(field => [field.name, field.type])),
  unique: new Set(fields.flatMap(({ name, unique }) => (unique ? [name] : []))),
})
