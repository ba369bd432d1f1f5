import { type Field, type FieldType, field } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { type RowError, rowError } from '../write/outcome.ts'
import type { MetadataType } from './metadata-type.ts'
import { childOf, childrenOf, type Element, textOf, type Xml } from './xml.ts'

/** Metadata's word for a type, and describe's. */
const TYPES: Readonly<Record<string, FieldType>> = {
  Text: 'string',
  TextArea: 'textarea',
  LongTextArea: 'textarea',
  Number: 'double',
  Currency: 'currency',
  Percent: 'percent',
  Date: 'date',
  DateTime: 'datetime',
  Checkbox: 'boolean',
  Picklist: 'picklist',
  Url: 'url',
  Email: 'email',
  Phone: 'phone',
  Lookup: 'reference',
}

/** What must be said of a type. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  Text: ['length'],
  LongTextArea: ['length', 'visibleLines'],
  Number: ['precision', 'scale'],
  Currency: ['precision', 'scale'],
  Percent: ['precision', 'scale'],
  Checkbox: ['defaultValue'],
  Picklist: ['valueSet'],
  Lookup: ['referenceTo', 'relationshipName'],
}

/** What a platform event can carry. */
const EVENT_TYPES: ReadonlySet<FieldType> = new Set([
  'string',
  'textarea',
  'double',
  'boolean',
  'date',
  'datetime',
])

/** Custom fields of Task and Event are made on Activity. */
const ACTIVITY = 'Activity'
const MAX_TEXT_LENGTH = 255
const FULL_NAME = /^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*__c$/

export const customFieldMetadata: MetadataType = {
  exists: (org, fullName) => find(org, fullName) !== undefined,
  read: (org, fullName) => {
    const found = find(org, fullName)
    return found === undefined ? null : shownField(fullName, found.field)
  },
  put: (org, _user, fullName, given) => putField(org, fullName, given),
  remove: (org, _user, fullName) => {
    const found = find(org, fullName)
    if (found !== undefined) org.catalogue.dropField(found.object.name, found.field.name)
  },
  names: org =>
    org.catalogue.all().flatMap(({ name, fields }) => {
      const shown = name === 'Task' ? ACTIVITY : name
      return fields.filter(({ custom }) => custom).map(one => `${shown}.${one.name}`)
    }),
}

function find(org: Org, fullName: string): { object: ObjectType; field: Field } | undefined {
  const [objectName = '', name = ''] = fullName.split('.')
  const object = objectOf(org, objectName)
  const found = object && org.catalogue.field(object, name)
  return object === undefined || !found?.custom ? undefined : { object, field: found }
}

function objectOf(org: Org, name: string): ObjectType | undefined {
  if (name === 'Task' || name === 'Event') return undefined
  return org.catalogue.find(name === ACTIVITY ? 'Task' : name)
}

/** Adds or changes a field; also the fields that a custom object brings along. */
export function putField(org: Org, fullName: string, given: Element): RowError | undefined {
  const [objectName = '', name = ''] = fullName.split('.')
  if (!FULL_NAME.test(fullName))
    return wrong(`${fullName} is no name of a custom field: Object.Name__c`, 'fullName')
  const object = objectOf(org, objectName)
  if (object === undefined) {
    return rowError(
      'INVALID_CROSS_REFERENCE_KEY',
      `In field: fullName - no CustomObject named ${objectName} found`,
      'fullName',
    )
  }
  const typeName = textOf(given, 'type')
  const type = typeName === undefined ? undefined : TYPES[typeName]
  if (typeName === undefined || type === undefined) return wrong(`bad value for type: ${typeName}`, 'type')
  const missing = ['label', ...(NEEDED[typeName] ?? [])].find(part => childOf(given, part) === undefined)
  if (missing !== undefined) {
    return rowError(
      'REQUIRED_FIELD_MISSING',
      `Must specify '${missing}' for a CustomField of type ${typeName}`,
      missing,
    )
  }
  const made = fieldOf(name, type, typeName, given)
  const error = checkField(org, object, objectName, made)
  if (error === undefined) org.catalogue.putField(object.name, made)
  return error
}

function fieldOf(name: string, type: FieldType, typeName: string, given: Element): Field {
  const number = (part: string) => {
    const text = textOf(given, part)
    return text === undefined ? undefined : Number(text)
  }
  const flag = (part: string) => textOf(given, part) === 'true'
  const length = number('length')
  const set = childOf(given, 'valueSet')
  const definition = set && childOf(set, 'valueSetDefinition')
  return field(name, type, {
    label: textOf(given, 'label') ?? name,
    description: textOf(given, 'description') ?? '',
    ...(length === undefined ? {} : { length }),
    precision: number('precision') ?? 18,
    scale: number('scale') ?? 0,
    nillable: !flag('required') && type !== 'boolean',
    unique: flag('unique'),
    externalId: flag('externalId'),
    caseSensitive: flag('caseSensitive'),
    defaultValue: type === 'boolean' ? flag('defaultValue') : null,
    defaultedOnCreate: type === 'boolean',
    filterable: typeName !== 'LongTextArea',
    restrictedPicklist: set !== undefined && textOf(set, 'restricted') === 'true',
    picklistValues: (definition === undefined ? [] : childrenOf(definition, 'value')).map(value => ({
      value: textOf(value, 'fullName') ?? '',
      label: textOf(value, 'label') ?? textOf(value, 'fullName') ?? '',
      defaultValue: textOf(value, 'default') === 'true',
    })),
    referenceTo: childrenOf(given, 'referenceTo').map(({ text }) => text.trim()),
    // Upwards by the field's own name, downwards by the one that it was given.
    relationshipName: type === 'reference' ? name.replace(/__c$/, '__r') : null,
    childRelationshipName: type === 'reference' ? `${textOf(given, 'relationshipName')}__r` : null,
  })
}

function checkField(org: Org, object: ObjectType, objectName: string, made: Field): RowError | undefined {
  const key = made.unique || made.externalId
  if (made.type === 'string' && !(made.length >= 1 && made.length <= MAX_TEXT_LENGTH)) {
    return wrong(`Text must have a length of 1 to ${MAX_TEXT_LENGTH}: ${made.length}`, 'length')
  }
  if (key && !['string', 'double', 'email'].includes(made.type)) {
    return wrong('Only text, number and email fields can be unique or an external id', 'externalId')
  }
  if (key && objectName === ACTIVITY && !org.settings.activityKeys) {
    return wrong('Activity takes no unique or external id fields', 'externalId')
  }
  if (object.kind === 'event' && (key || !EVENT_TYPES.has(made.type))) {
    return wrong(`A platform event takes no ${key ? 'unique or external id' : made.type} field`, 'type')
  }
  const before = org.catalogue.field(object, made.name)
  if (before !== undefined && before.type !== made.type) {
    return wrong(`Cannot change type of ${made.name} from ${before.type} to ${made.type}`, 'type')
  }
  return made.unique ? checkExisting(org, object, made) : undefined
}

/** A field becomes unique only where its values are. */
function checkExisting(org: Org, object: ObjectType, made: Field): RowError | undefined {
  const table = org.table(object.name)
  table.keepIndex(made.name, made)
  for (const { values } of table.all()) {
    const value = values[made.name] ?? null
    if (value !== null && table.holders(made.name, value).length > 1) {
      return wrong(`${made.name} has duplicate values: ${value}`, 'unique')
    }
  }
  return undefined
}

function wrong(message: string, name: string): RowError {
  return rowError('FIELD_INTEGRITY_EXCEPTION', message, name)
}

function shownField(fullName: string, one: Field): Xml {
  const text = one.type === 'string' || (one.type === 'textarea' && !one.filterable)
  const numeric = ['double', 'currency', 'percent'].includes(one.type)
  return {
    fullName,
    ...(one.description === '' ? {} : { description: one.description }),
    ...(one.type === 'boolean' ? { defaultValue: one.defaultValue === true } : {}),
    externalId: one.externalId,
    label: one.label,
    ...(text ? { length: one.length } : {}),
    ...(numeric ? { precision: one.precision, scale: one.scale } : {}),
    required: !one.nillable && one.type !== 'boolean',
    type: typeNameOf(one),
    ...(one.type === 'string' ? { caseSensitive: one.caseSensitive, unique: one.unique } : {}),
    ...(one.type === 'picklist' ? { valueSet: shownValueSet(one) } : {}),
  }
}

function shownValueSet(one: Field): Xml {
  const value = one.picklistValues.map(({ value: fullName, defaultValue, label }) => ({
    fullName,
    default: defaultValue,
    label,
  }))
  return { restricted: one.restrictedPicklist, valueSetDefinition: { sorted: false, value } }
}

function typeNameOf(one: Field): string {
  if (one.type === 'textarea') return one.filterable ? 'TextArea' : 'LongTextArea'
  return Object.keys(TYPES).find(name => TYPES[name] === one.type) ?? one.type
}
