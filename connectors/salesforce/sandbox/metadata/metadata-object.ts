import { type Field, field } from '../org/field.ts'
import { EVENT_FIELDS, type ObjectType, OWNER, objectType, SYSTEM_FIELDS } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { type RowError, rowError } from '../write/outcome.ts'
import { putField } from './metadata-field.ts'
import type { MetadataType } from './metadata-type.ts'
import { childOf, childrenOf, type Element, textOf, type Xml } from './xml.ts'

const NAME = /^[A-Za-z][A-Za-z0-9_]*__(c|e)$/

/** Custom objects (`__c`) and platform events (`__e`), with the fields that come along. */
export const customObjectMetadata: MetadataType = {
  exists: (org, fullName) => org.catalogue.find(fullName) !== undefined,
  read: (org, fullName) => {
    const found = org.catalogue.find(fullName)
    return found === undefined ? null : shownObject(found)
  },
  put: (org, _user, fullName, given) => putObject(org, fullName, given),
  remove: (org, _user, fullName) => {
    if (NAME.test(fullName)) org.catalogue.dropObject(fullName)
  },
  names: org => org.catalogue.all().map(({ name }) => name),
}

function putObject(org: Org, fullName: string, given: Element): RowError | undefined {
  const there = org.catalogue.find(fullName)
  if (there === undefined && !NAME.test(fullName)) {
    return rowError(
      'FIELD_INTEGRITY_EXCEPTION',
      `${fullName} is no name of a custom object: Name__c or Name__e`,
      'fullName',
    )
  }
  const missing = ['label', ...(there === undefined ? neededParts(fullName) : [])].find(
    part => !has(given, part),
  )
  if (missing !== undefined)
    return rowError('REQUIRED_FIELD_MISSING', `Must specify '${missing}' for ${fullName}`, missing)
  const nameField = childOf(given, 'nameField')
  const nameType = nameField && textOf(nameField, 'type')
  if (nameType !== undefined && nameType !== 'Text' && nameType !== 'AutoNumber') {
    return rowError('FIELD_INTEGRITY_EXCEPTION', `A name is Text or AutoNumber, not ${nameType}`, 'nameField')
  }
  if (there === undefined) org.catalogue.putObject(newObject(org, fullName, given))
  else org.catalogue.putObject(relabelled(there, given))
  for (const one of childrenOf(given, 'fields')) {
    const error = putField(org, `${fullName}.${textOf(one, 'fullName') ?? ''}`, one)
    if (error === undefined) continue
    if (there === undefined) org.catalogue.dropObject(fullName)
    return error
  }
  return undefined
}

/** What may be changed of an object that is there; a name that is counted up stays so. */
const relabelled = (there: ObjectType, given: Element): ObjectType => ({
  ...there,
  label: textOf(given, 'label') ?? there.label,
  labelPlural: textOf(given, 'pluralLabel') ?? there.labelPlural,
  sharingModel: textOf(given, 'sharingModel') ?? there.sharingModel,
})

function has(given: Element, part: string): boolean {
  return given.children.some(({ name }) => name === part)
}

function neededParts(fullName: string): string[] {
  const event = fullName.endsWith('__e')
  return ['pluralLabel', 'deploymentStatus', ...(event ? ['eventType'] : ['nameField', 'sharingModel'])]
}

function newObject(org: Org, fullName: string, given: Element): ObjectType {
  const event = fullName.endsWith('__e')
  const custom = org.catalogue.all().filter(({ name }) => NAME.test(name)).length
  const keyPrefix = `${event ? 'e' : 'a'}${String(custom).padStart(2, '0')}`
  const labels = {
    label: textOf(given, 'label') ?? fullName,
    labelPlural: textOf(given, 'pluralLabel') ?? fullName,
  }
  return event
    ? objectType(fullName, keyPrefix, EVENT_FIELDS, {
        ...labels,
        kind: 'event',
        updateable: false,
        deletable: false,
      })
    : objectType(fullName, keyPrefix, [...SYSTEM_FIELDS, nameFieldOf(given), OWNER], {
        ...labels,
        sharingModel: textOf(given, 'sharingModel') ?? 'ReadWrite',
        nameFormat: nameFormatOf(given),
      })
}

/** Salesforce counts names up where the object says so; else people give them. */
function nameFormatOf(given: Element): string | null {
  const name = childOf(given, 'nameField')
  const isNumber = name !== undefined && textOf(name, 'type') === 'AutoNumber'
  return isNumber ? (textOf(name, 'displayFormat') ?? '{0}') : null
}

function nameFieldOf(given: Element): Field {
  const name = childOf(given, 'nameField')
  const label = (name && textOf(name, 'label')) ?? 'Name'
  const isNumber = nameFormatOf(given) !== null
  return field('Name', 'string', { length: 80, label, createable: !isNumber, updateable: !isNumber })
}

function shownNameField({ fields, nameFormat }: ObjectType): Xml {
  const label = fields.find(({ name }) => name === 'Name')?.label ?? 'Name'
  return nameFormat === null
    ? { label, type: 'Text' }
    : { displayFormat: nameFormat, label, type: 'AutoNumber' }
}

function shownObject(object: ObjectType): Xml {
  const { name, label, labelPlural, fields, kind } = object
  return {
    fullName: name,
    deploymentStatus: 'Deployed',
    ...(kind === 'event'
      ? { eventType: 'HighVolume' }
      : { nameField: shownNameField(object), sharingModel: object.sharingModel }),
    fields: fields.filter(({ custom }) => custom).map(one => ({ fullName: one.name, label: one.label })),
    label,
    pluralLabel: labelPlural,
  }
}
