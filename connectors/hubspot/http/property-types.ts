/** How HubSpot names and shows each type of property that we make. */
export const PROPERTY_TYPES = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox' },
  date: { type: 'date', fieldType: 'date' },
  datetime: { type: 'datetime', fieldType: 'date' },
  enumeration: { type: 'enumeration', fieldType: 'select' },
} as const

export type PropertyType = keyof typeof PROPERTY_TYPES
