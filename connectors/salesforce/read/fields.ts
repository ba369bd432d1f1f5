import { type Call, type Field, type FieldType, RequestFailed } from '../../../src/contract/index.ts'
import type { Described, DescribedField } from '../http/answers.ts'
import type { Client } from '../http/client.ts'

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'text',
  textarea: 'text',
  url: 'text',
  email: 'text',
  phone: 'text',
  encryptedstring: 'text',
  combobox: 'text',
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  picklist: 'enumeration',
}

/** @param object the events of a platform event are made and never changed */
export function fieldOf(field: DescribedField, object: string): Field {
  const type = TYPES[field.type] ?? 'other'
  // An unrestricted picklist takes any text through the API.
  const isClosed = type === 'enumeration' && field.restrictedPicklist
  const options = (field.picklistValues ?? []).filter(({ active }) => active).map(({ value }) => value)
  return {
    name: field.name,
    label: field.label,
    type,
    nativeType: field.type,
    ...(isClosed ? { options } : {}),
    ...(!isClosed && options.length > 0 ? { usual: options } : {}),
    ...(field.relationshipName == null ? {} : { relationship: field.relationshipName }),
    ...(field.length > 0 && (type === 'text' || type === 'enumeration') ? { maxLength: field.length } : {}),
    // False for formulas and the like, and where the user's permissions do not let him edit the field.
    writable: field.updateable || (isEvent(object) && field.createable),
    unique: field.unique,
  }
}

const isEvent = (object: string): boolean => object.endsWith('__e')

/** Describes objects, and remembers it for as long as the session is open. A field that the user may not see is absent. */
export interface Catalogue {
  describe(object: string, call: Call): Promise<Described>
  /** Of these fields, those that the object has for us; a related record's go by their relationship. */
  known(object: string, fields: readonly string[], call: Call): Promise<string[]>
  /** The fields were changed by us. */
  forget(object: string): void
}

export function createCatalogue(client: Client): Catalogue {
  const described = new Map<string, Promise<Described>>()
  const describe = (object: string, call: Call) => {
    const remembered = described.get(object)
    if (remembered !== undefined) return remembered
    // Batches run side by side: the first one asks, the others wait for its answer.
    const asked = client.describe(object, call)
    asked.catch(() => described.delete(object))
    described.set(object, asked)
    return asked
  }
  return {
    describe,
    known: async (object, fields, call) => {
      const names = new Set((await describe(object, call)).fields.map(({ name }) => name))
      return fields.filter(path => names.has(path.includes('.') ? `${path.split('.')[0]}Id` : path))
    },
    forget: object => described.delete(object),
  }
}

/** Null for a platform event that is not there, or that nobody has let this user publish. */
export async function describedOrNone(
  catalogue: Catalogue,
  object: string,
  call: Call,
): Promise<Described | null> {
  try {
    return await catalogue.describe(object, call)
  } catch (error) {
    const isAbsent = error instanceof RequestFailed && error.failure.kind === 'gone'
    if (!isAbsent || !isEvent(object)) throw error
    return null
  }
}
