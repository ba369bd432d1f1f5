import type { FieldSpec, FieldType } from '../../src/contract/index.ts'
import type { CustomField } from './answers.ts'
import type { Component } from './client.ts'
import { KEY_FIELD } from './objects.ts'

/** Salesforce's rule for the name of a custom field. */
export const FIELD_NAME = /^[a-zA-Z](?:[a-zA-Z0-9]|_(?!_))*[a-zA-Z0-9]__c$|^[a-zA-Z]__c$/

/** The longest text that is indexed, filtered and grouped by; ours are cut to it. */
const TEXT_LENGTH = 255
/** Salesforce's limits of a field's label and description. */
const MAX_LABEL_CHARS = 40
const MAX_DESCRIPTION_CHARS = 1_000
/** Salesforce's most digits of a number, those after the point included. */
const PRECISION = 18

const TYPES: Readonly<Record<string, FieldType>> = {
  Text: 'text',
  TextArea: 'text',
  LongTextArea: 'text',
  Url: 'text',
  Email: 'text',
  Phone: 'text',
  EncryptedText: 'text',
  Number: 'number',
  Currency: 'number',
  Percent: 'number',
  Checkbox: 'boolean',
  Date: 'date',
  DateTime: 'datetime',
  Picklist: 'enumeration',
}

/** The metadata of a field as we make it, without the object's name: `fullName` is the field's own. */
export function customField(spec: FieldSpec): Component {
  return {
    fullName: spec.name,
    label: spec.label.slice(0, MAX_LABEL_CHARS),
    description: spec.description.slice(0, MAX_DESCRIPTION_CHARS),
    ...shapeOf(spec),
  }
}

function shapeOf(spec: FieldSpec): Record<string, unknown> {
  switch (spec.type) {
    case 'text':
      return spec.unique === true
        ? { type: 'Text', length: TEXT_LENGTH, unique: true, caseSensitive: false, externalId: true }
        : { type: 'Text', length: TEXT_LENGTH }
    case 'number':
      return { type: 'Number', precision: PRECISION, scale: spec.scale ?? 0 }
    case 'boolean':
      return { type: 'Checkbox', defaultValue: false }
    case 'date':
      return { type: 'Date' }
    case 'datetime':
      return { type: 'DateTime' }
    case 'enumeration': {
      const value = (spec.options ?? []).map(picklistValue)
      return {
        type: 'Picklist',
        valueSet: { restricted: true, valueSetDefinition: { sorted: false, value } },
      }
    }
  }
}

export const picklistValue = ({ value, label }: { value: string; label: string }) => ({
  fullName: value,
  default: false,
  label,
})

export const typeOf = (field: CustomField): FieldType =>
  field.formula ? 'other' : (TYPES[field.type] ?? 'other')

/** The key: nothing can be created or linked without it. */
const KEY_SPEC: FieldSpec = {
  name: KEY_FIELD,
  label: 'OQL domain',
  description: 'Domain of the account that this record belongs to. Written by OQL Sync; do not edit.',
  type: 'text',
  unique: true,
}

/** The key first, then the others. */
export const withKey = (wanted: readonly FieldSpec[]): FieldSpec[] => {
  const key = wanted.find(({ name }) => name === KEY_FIELD)
  return [key ?? KEY_SPEC, ...wanted.filter(({ name }) => name !== KEY_FIELD)]
}

export const isCustom = (name: string): boolean => name.endsWith('__c')
