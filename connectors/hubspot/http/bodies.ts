import { PROPERTY_TYPES } from './property-types.ts'
import type { Input, NewProperty, Search } from './requests.ts'

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
