import type { Call, Field, FieldType } from '../../src/contract/index.ts'
import type { Property } from './answers.ts'
import type { Client } from './client.ts'

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

/** Describes objects, and remembers the types of their properties for as long as the session is open. */
export interface Catalogue {
  describe(object: string, call: Call): Promise<Field[]>
  types(object: string, call: Call): Promise<Types>
  /** The properties were changed by us. */
  forget(object: string): void
}

export function createCatalogue(client: Client): Catalogue {
  const known = new Map<string, Promise<Types>>()
  const describe = async (object: string, call: Call) => (await client.properties(object, call)).map(fieldOf)
  const load = (object: string, call: Call) => {
    // Batches run side by side: the first one asks, the others wait for its answer.
    const types = describe(object, call).then(typesOf)
    types.catch(() => known.delete(object))
    known.set(object, types)
    return types
  }
  return {
    describe: async (object, call) => {
      const fields = await describe(object, call)
      known.set(object, Promise.resolve(typesOf(fields)))
      return fields
    },
    types: (object, call) => known.get(object) ?? load(object, call),
    forget: object => known.delete(object),
  }
}

const typesOf = (fields: readonly Field[]): Types => new Map(fields.map(field => [field.name, field.type]))
