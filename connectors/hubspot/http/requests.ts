import type { PropertyType } from './property-types.ts'

export interface Search {
  filters: {
    propertyName: string
    operator: 'IN' | 'GT' | 'GTE' | 'NOT_HAS_PROPERTY'
    value?: string
    values?: string[]
  }[]
  properties: string[]
  limit: number
}

/** A record, and where the next page of what belongs to it begins. */
export interface PageOfId {
  id: string
  after?: string
}

/** One input of a batch. `trace` must differ from input to input: only so one bad one spares the others. */
export interface Input {
  id: string
  idProperty?: string
  properties: Record<string, string>
  /** Of a create: the records that it is tied to. */
  associations?: readonly { id: string; typeId: number }[]
  trace: string
}

export interface Option {
  value: string
  label: string
  description?: string
  displayOrder: number
  hidden: boolean
}

/** A property to be made; `type` decides how HubSpot shows it. */
export interface NewProperty {
  name: string
  label: string
  description: string
  groupName: string
  type: PropertyType
  options: Option[]
  unique: boolean
}
