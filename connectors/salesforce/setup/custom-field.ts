import type { FieldSpec, FieldType } from '../../../src/contract/index.ts'
import type { CustomField } from '../http/answers.ts'
import type { Component } from '../http/client.ts'
import {
  ACCOUNT,
  EVENT,
  EVENT_KEY_FIELD,
  KEY_FIELD,
  LEAD,
  LEAD_KEY_FIELD,
  NOTICE_FIELD,
  TASK,
} from '../objects.ts'

/** Salesforce's rule for the name of a custom field. */
export const FIELD_NAME = /^[a-zA-Z](?:[a-zA-Z0-9]|_(?!_))*[a-zA-Z0-9]__c$|^[a-zA-Z]__c$/

export const noFieldName = (name: string): string =>
  `Salesforce takes names of letters, digits and single _ that end in __c, not \`${name}\``

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

const DOMAIN_KEY: FieldSpec = {
  name: KEY_FIELD,
  label: 'OQL domain',
  description: 'Domain of the account that this record belongs to. Written by OQL Sync; do not edit.',
  type: 'text',
  unique: true,
}

const LEAD_KEY: FieldSpec = {
  name: LEAD_KEY_FIELD,
  label: 'OQL lead key',
  description: 'Which lead of which account this is. Written by OQL Sync; do not edit.',
  type: 'text',
  unique: true,
}

const noticeKey = (name: string): FieldSpec => ({
  name,
  label: 'OQL notice id',
  description: 'The stage or risk change that this was made for. Written by OQL Sync; do not edit.',
  type: 'text',
})

/** Fields of ours that nothing can be made, linked or found again without. A Lead stands for an account or beside one. */
const KEYS: Readonly<Record<string, readonly FieldSpec[]>> = {
  [ACCOUNT]: [DOMAIN_KEY],
  [LEAD]: [DOMAIN_KEY, LEAD_KEY],
  [TASK]: [noticeKey(NOTICE_FIELD)],
  [EVENT]: [noticeKey(EVENT_KEY_FIELD)],
}

/** Activity and platform events take no unique field. */
export const takesUnique = (object: string): boolean => object !== TASK && object !== EVENT

/** The object's keys first, then the others; unique only where the object takes it. */
export function withKeys(object: string, wanted: readonly FieldSpec[]): FieldSpec[] {
  const given = new Map(wanted.map(spec => [spec.name, spec]))
  const keys = (KEYS[object] ?? []).map(key => given.get(key.name) ?? key)
  const names = new Set(keys.map(({ name }) => name))
  const all = [...keys, ...wanted.filter(({ name }) => !names.has(name))]
  return takesUnique(object) ? all : all.map(spec => ({ ...spec, unique: false }))
}

/** Custom fields of tasks are made on Activity, which Task and Event share. */
export const metadataObject = (object: string): string => (object === TASK ? 'Activity' : object)

export const isCustom = (name: string): boolean => name.endsWith('__c')
