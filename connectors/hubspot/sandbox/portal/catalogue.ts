import type { z } from 'zod'
import { badRequest, conflict, notFound } from '../rest/refusal.ts'
import { defaultGroup, defaultProperties } from './default-properties.ts'
import type { ObjectType } from './object-type.ts'
import type { Property, PropertyGroup } from './property.ts'
import { type newPropertySchema, patched, type patchSchema, propertyOf } from './property-definition.ts'

/** HubSpot allows this many unique properties of our own on an object. */
const MAX_UNIQUE_PROPERTIES = 10

/** The properties and property groups of one object. */
export interface Catalogue {
  all(archived: boolean): Property[]
  /** Undefined where it is not there or archived. */
  find(name: string): Property | undefined
  /** Throws a 404, unless it is there in that state. */
  get(name: string, archived: boolean): Property
  create(input: z.infer<typeof newPropertySchema>, at: number): Property
  patch(name: string, patch: z.infer<typeof patchSchema>, at: number): Property
  archive(name: string): void
  groups(): PropertyGroup[]
  createGroup(group: { name: string; label: string; displayOrder: number }): PropertyGroup
  /** Everything, to be kept in a file. */
  saved(): SavedCatalogue
}

export interface SavedCatalogue {
  properties: Property[]
  groups: PropertyGroup[]
}

export function createCatalogue(type: ObjectType, at: number, saved: SavedCatalogue | undefined): Catalogue {
  const first = saved?.properties ?? defaultProperties(type.name, type.singular, isoOf(at))
  const properties = new Map(first.map(property => [property.name, property]))
  const groups = new Map((saved?.groups ?? [group(type)]).map(one => [one.name, one]))
  const put = (property: Property) => {
    properties.set(property.name, property)
    return property
  }
  const checkGroup = (name: string) => {
    if (!groups.has(name)) throw badRequest(`The property group ${name} does not exist`)
  }
  const get = (name: string, archived: boolean) => {
    const property = properties.get(name)
    if (property === undefined || property.archived !== archived) throw notFound()
    return property
  }
  return {
    all: archived => [...properties.values()].filter(property => property.archived === archived),
    find: name => {
      const property = properties.get(name)
      return property?.archived === false ? property : undefined
    },
    get,
    create: (input, now) => {
      const there = properties.get(input.name)
      // An archived name comes back as it was: what is asked for now is not looked at.
      if (there?.archived === true) return put({ ...there, archived: false, updatedAt: isoOf(now) })
      if (there !== undefined) throw conflict(`A property named '${input.name}' already exists.`)
      checkGroup(input.groupName)
      const property = propertyOf(input, isoOf(now))
      if (property.hasUniqueValue) checkUniqueLimit(properties.values())
      return put(property)
    },
    patch: (name, patch, now) => {
      if (patch.groupName !== undefined) checkGroup(patch.groupName)
      return put(patched(get(name, false), patch, isoOf(now)))
    },
    archive: name => {
      const property = get(name, false)
      if (property.hubspotDefined) throw badRequest(`Property ${name} is defined by HubSpot: it stays`)
      put({ ...property, archived: true })
    },
    groups: () => [...groups.values()],
    createGroup: input => {
      if (groups.has(input.name)) throw conflict(`A property group named '${input.name}' already exists.`)
      const made = { ...input, archived: false }
      groups.set(made.name, made)
      return made
    },
    saved: () => ({ properties: [...properties.values()], groups: [...groups.values()] }),
  }
}

const group = (type: ObjectType): PropertyGroup => ({
  name: defaultGroup(type.singular),
  label: `${type.singular} information`,
  displayOrder: 0,
  archived: false,
})

function checkUniqueLimit(properties: Iterable<Property>): void {
  const own = [...properties].filter(one => one.hasUniqueValue && !one.hubspotDefined && !one.archived)
  if (own.length >= MAX_UNIQUE_PROPERTIES) {
    throw badRequest(`An object can have at most ${MAX_UNIQUE_PROPERTIES} unique properties`)
  }
}

const isoOf = (ms: number) => new Date(ms).toISOString()
