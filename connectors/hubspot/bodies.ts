import type { Input, NewProperty, Search } from './client.ts'

/** How HubSpot names and shows each type of property that we make. */
const PROPERTY_TYPES = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox' },
  date: { type: 'date', fieldType: 'date' },
  datetime: { type: 'datetime', fieldType: 'date' },
  enumeration: { type: 'enumeration', fieldType: 'select' },
} as const

export type PropertyType = keyof typeof PROPERTY_TYPES

export const propertyBody = ({ unique, type, ...property }: NewProperty) => ({
  ...property,
  ...PROPERTY_TYPES[type],
  hasUniqueValue: unique,
})

/** Of an update or an upsert. */
export const changeBody = ({ trace, associations: _, ...input }: Input) => ({
  ...input,
  objectWriteTraceId: trace,
})

/** `id` and `idProperty` only tell whose answer is whose: the key stands among the properties. */
export const createBody = ({ trace, associations = [], properties }: Input) => ({
  properties,
  associations: associations.map(({ id, typeId }) => ({
    to: { id },
    types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }],
  })),
  objectWriteTraceId: trace,
})

/** Sorted by id, so that the next page can begin above the last one. */
export const searchBody = ({ filters, properties, limit }: Search) => ({
  filterGroups: filters.length === 0 ? [] : [{ filters }],
  sorts: ['hs_object_id'],
  properties,
  limit,
})
