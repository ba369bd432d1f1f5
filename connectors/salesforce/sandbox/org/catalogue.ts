import type { Field } from './field.ts'
import type { ObjectType } from './object-type.ts'
import { SETUP_OBJECTS } from './setup-objects.ts'
import { PERSON_ACCOUNT_FIELDS, SALES_OBJECTS } from './standard-objects.ts'

/** All objects and their fields. Names are found without regard to case. */
export interface Catalogue {
  all(): ObjectType[]
  find(object: string): ObjectType | undefined
  ofPrefix(keyPrefix: string): ObjectType | undefined
  field(object: ObjectType, name: string): Field | undefined
  /** The field that holds a relationship's id: `OwnerId` of `Owner`. */
  relationship(object: ObjectType, name: string): Field | undefined
  /** References that lead to the object, and whose they are. */
  childrenOf(object: ObjectType): { child: ObjectType; field: Field }[]
  putObject(type: ObjectType): void
  /** Adds the field or puts it in the place of the one with its name. */
  putField(object: string, field: Field): void
  dropField(object: string, name: string): void
  dropObject(name: string): void
  /** Grows with every change. */
  version(): number
}

interface Entry {
  type: ObjectType
  fields: ReadonlyMap<string, Field>
  relationships: ReadonlyMap<string, Field>
}

export function createCatalogue(
  options: { personAccounts: boolean },
  saved: readonly ObjectType[] | undefined,
): Catalogue {
  const entries = new Map<string, Entry>()
  let version = 0
  const put = (type: ObjectType) => {
    entries.set(type.name.toLowerCase(), entryOf(type))
    version++
  }
  const known = (object: string): ObjectType => {
    const entry = entries.get(object.toLowerCase())
    if (entry === undefined) throw new Error(`the sandbox has no object ${object}`)
    return entry.type
  }
  for (const type of saved ?? standardObjects(options)) put(type)
  return {
    all: () => [...entries.values()].map(({ type }) => type),
    find: object => entries.get(object.toLowerCase())?.type,
    ofPrefix: keyPrefix => [...entries.values()].find(({ type }) => type.keyPrefix === keyPrefix)?.type,
    field: (object, name) => entries.get(object.name.toLowerCase())?.fields.get(name.toLowerCase()),
    relationship: (object, name) =>
      entries.get(object.name.toLowerCase())?.relationships.get(name.toLowerCase()),
    childrenOf: ({ name }) =>
      [...entries.values()].flatMap(({ type: child }) =>
        child.fields.filter(field => field.referenceTo.includes(name)).map(field => ({ child, field })),
      ),
    putObject: put,
    putField: (object, field) => {
      const type = known(object)
      const others = type.fields.filter(({ name }) => name.toLowerCase() !== field.name.toLowerCase())
      put({ ...type, fields: [...others, field] })
    },
    dropField: (object, name) => {
      const type = known(object)
      put({ ...type, fields: type.fields.filter(field => field.name.toLowerCase() !== name.toLowerCase()) })
    },
    dropObject: name => {
      entries.delete(name.toLowerCase())
      version++
    },
    version: () => version,
  }
}

function standardObjects({ personAccounts }: { personAccounts: boolean }): ObjectType[] {
  return [...SALES_OBJECTS, ...SETUP_OBJECTS].map(type =>
    personAccounts && type.name === 'Account'
      ? { ...type, fields: [...type.fields, ...PERSON_ACCOUNT_FIELDS] }
      : type,
  )
}

function entryOf(type: ObjectType): Entry {
  return {
    type,
    fields: new Map(type.fields.map(field => [field.name.toLowerCase(), field])),
    relationships: new Map(
      type.fields.flatMap(field =>
        field.relationshipName === null ? [] : [[field.relationshipName.toLowerCase(), field]],
      ),
    ),
  }
}
