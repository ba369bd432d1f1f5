import type { Value } from './stored-record.ts'

/** In the words of `describe`. */
export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'url'
  | 'phone'
  | 'email'
  | 'picklist'
  | 'reference'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  /** A whole address: read alone, its parts are fields of their own. */
  | 'address'

interface PicklistValue {
  value: string
  label: string
  defaultValue: boolean
}

export interface Field {
  name: string
  label: string
  /** For administrators. */
  description: string
  type: FieldType
  /** Characters; 0 where it is no text. */
  length: number
  precision: number
  scale: number
  nillable: boolean
  /** Of the field itself, before anybody's permissions. */
  createable: boolean
  updateable: boolean
  unique: boolean
  externalId: boolean
  caseSensitive: boolean
  defaultedOnCreate: boolean
  defaultValue: Value
  restrictedPicklist: boolean
  picklistValues: readonly PicklistValue[]
  referenceTo: readonly string[]
  relationshipName: string | null
  /** By which the object that a reference leads to knows the records that lead to it: `Contacts` of an Account. */
  childRelationshipName: string | null
  filterable: boolean
  custom: boolean
}

/** What a text of a type holds at most when nothing else is said. */
const LENGTHS: Readonly<Partial<Record<FieldType, number>>> = {
  id: 18,
  string: 255,
  textarea: 255,
  url: 255,
  phone: 40,
  email: 80,
  picklist: 255,
  reference: 18,
}

/** Above this a textarea is a long one, which no query can filter by. */
const MAX_FILTERABLE_LENGTH = 255

export function field(name: string, type: FieldType, more: Partial<Field> = {}): Field {
  const length = more.length ?? LENGTHS[type] ?? 0
  return {
    name,
    label: name.replace(/__c$/, '').replaceAll('_', ' '),
    description: '',
    type,
    precision: type === 'int' ? 8 : 18,
    scale: 0,
    nillable: true,
    createable: true,
    updateable: true,
    unique: false,
    externalId: false,
    caseSensitive: false,
    defaultedOnCreate: false,
    defaultValue: null,
    restrictedPicklist: false,
    picklistValues: [],
    referenceTo: [],
    relationshipName: null,
    childRelationshipName: null,
    filterable: !(type === 'textarea' && length > MAX_FILTERABLE_LENGTH),
    custom: name.endsWith('__c'),
    ...more,
    length,
  }
}

/** A field that only Salesforce itself sets. */
export function systemField(name: string, type: FieldType, more: Partial<Field> = {}): Field {
  return field(name, type, { createable: false, updateable: false, defaultedOnCreate: true, ...more })
}

export function lookup(name: string, to: readonly string[], more: Partial<Field> = {}): Field {
  return field(name, 'reference', { referenceTo: to, relationshipName: name.replace(/Id$/, ''), ...more })
}

/** A picklist that takes other values too, as standard ones do. */
export function picklist(name: string, values: readonly string[], more: Partial<Field> = {}): Field {
  const picklistValues = values.map(value => ({
    value,
    label: value,
    defaultValue: value === more.defaultValue,
  }))
  return field(name, 'picklist', {
    picklistValues,
    defaultedOnCreate: more.defaultValue !== undefined,
    ...more,
  })
}

export function isNumber({ type }: Field): boolean {
  return type === 'int' || type === 'double' || type === 'currency' || type === 'percent'
}

export function isText({ length }: Field): boolean {
  return length > 0
}
