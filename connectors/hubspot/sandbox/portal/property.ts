export type PropertyType = 'string' | 'number' | 'date' | 'datetime' | 'bool' | 'enumeration'

export interface PropertyOption {
  value: string
  label: string
  displayOrder: number
  hidden: boolean
  description?: string
}

/** A property as HubSpot answers it. */
export interface Property {
  name: string
  label: string
  description: string
  groupName: string
  type: PropertyType
  fieldType: string
  options: readonly PropertyOption[]
  displayOrder: number
  hasUniqueValue: boolean
  hidden: boolean
  formField: boolean
  calculated: boolean
  externalOptions: boolean
  hubspotDefined: boolean
  archived: boolean
  createdAt: string
  updatedAt: string
  modificationMetadata: {
    archivable: boolean
    readOnlyDefinition: boolean
    readOnlyValue: boolean
    readOnlyOptions?: boolean
  }
}

export interface PropertyGroup {
  name: string
  label: string
  displayOrder: number
  archived: boolean
}

/** Which `fieldType`s go with a `type`. */
export const FIELD_TYPES: Readonly<Record<PropertyType, readonly string[]>> = {
  string: ['text', 'textarea', 'phonenumber', 'html', 'file'],
  number: ['number'],
  date: ['date'],
  datetime: ['date'],
  bool: ['booleancheckbox'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
}

/** A checkbox list holds several of its options, separated by `;`. */
export function holdsSeveral(property: Property): boolean {
  return property.type === 'enumeration' && property.fieldType === 'checkbox'
}
