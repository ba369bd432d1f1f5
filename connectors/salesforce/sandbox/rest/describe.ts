import type { SandboxUser } from '../options.ts'
import { compoundOf } from '../org/compound-field.ts'
import type { Field } from '../org/field.ts'
import { isNumber, isText } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'

const SOAP_TYPES: Readonly<Partial<Record<Field['type'], string>>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  address: 'urn:address',
}
/** UTF-8 takes up to three bytes for a character of Salesforce's. */
const BYTES_OF_CHARACTER = 3

/** An object in the list of all. */
export function describedObject(org: Org, user: SandboxUser, object: ObjectType, base: string) {
  const access = org.permissions.object(user, object)
  const url = `${base}/sobjects/${object.name}`
  const event = object.kind === 'event'
  return {
    name: object.name,
    label: object.label,
    labelPlural: object.labelPlural,
    keyPrefix: object.keyPrefix,
    custom: /__[ce]$/.test(object.name),
    customSetting: false,
    createable: object.createable && access.create,
    updateable: object.updateable && access.edit && !event,
    deletable: object.deletable && access.delete && !event,
    queryable: access.read && !event,
    retrieveable: !event,
    searchable: object.kind === 'data',
    undeletable: object.kind === 'data',
    mergeable: ['Account', 'Contact', 'Lead'].includes(object.name),
    layoutable: object.kind === 'data',
    triggerable: object.kind !== 'setup',
    deprecatedAndHidden: false,
    urls: {
      sobject: url,
      describe: `${url}/describe`,
      rowTemplate: `${url}/{ID}`,
      ...(object.kind === 'data' ? { layouts: `${url}/describe/layouts` } : {}),
    },
  }
}

/** An object with its fields, as far as the user sees them. */
export function describeObject(org: Org, user: SandboxUser, object: ObjectType, base: string) {
  const fields = object.fields
    .filter(field => org.permissions.field(user, object, field).read)
    .map(field =>
      describedField(object, asOf(object, field), org.permissions.field(user, object, field).edit),
    )
  const layout = `${base}/sobjects/${object.name}/describe/layouts/${MASTER_RECORD_TYPE}`
  return {
    ...describedObject(org, user, object, base),
    fields,
    childRelationships: childRelationships(org, object),
    recordTypeInfos: [
      {
        active: true,
        available: true,
        defaultRecordTypeMapping: true,
        developerName: 'Master',
        master: true,
        name: 'Master',
        recordTypeId: MASTER_RECORD_TYPE,
        urls: { layout },
      },
    ],
  }
}

/** References of all objects that lead to this one. */
function childRelationships(org: Org, object: ObjectType) {
  return org.catalogue.childrenOf(object).map(({ child, field }) => ({
    cascadeDelete: false,
    childSObject: child.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: field.childRelationshipName,
    restrictedDelete: false,
  }))
}

/** An event is published, and never changed. */
const asOf = ({ kind }: ObjectType, field: Field): Field =>
  kind === 'event' ? { ...field, updateable: false } : field

/** Of the record type that every object has. */
export const MASTER_RECORD_TYPE = '012000000000000AAA'

function describedField(object: ObjectType, field: Field, mayEdit: boolean) {
  const name = field.name === 'Name'
  return {
    name: field.name,
    label: field.label,
    type: field.type,
    length: field.length,
    byteLength: field.length * BYTES_OF_CHARACTER,
    precision: isNumber(field) && field.type !== 'int' ? field.precision : 0,
    digits: field.type === 'int' ? field.precision : 0,
    scale: field.scale,
    nillable: field.nillable,
    createable: field.createable && mayEdit,
    updateable: field.updateable && mayEdit,
    permissionable: field.nillable,
    unique: field.unique,
    externalId: field.externalId,
    idLookup: field.type === 'id' || field.externalId,
    caseSensitive: field.caseSensitive,
    custom: field.custom,
    nameField: name,
    namePointing: false,
    calculated: false,
    autoNumber: name && object.nameFormat !== null,
    defaultedOnCreate: field.defaultedOnCreate || field.type === 'boolean',
    defaultValue: field.type === 'boolean' ? (field.defaultValue ?? false) : null,
    restrictedPicklist: field.restrictedPicklist,
    picklistValues: field.picklistValues.map(value => ({ ...value, active: true, validFor: null })),
    referenceTo: field.referenceTo,
    relationshipName: field.relationshipName,
    compoundFieldName: compoundOf(field.name) ?? null,
    filterable: field.filterable,
    sortable: field.filterable,
    groupable: field.filterable && !isNumber(field) && field.type !== 'datetime',
    aggregatable: field.filterable && field.type !== 'boolean',
    htmlFormatted: false,
    soapType: SOAP_TYPES[field.type] ?? 'xsd:string',
    extraTypeInfo: field.type === 'textarea' && isText(field) ? 'plaintextarea' : null,
    deprecatedAndHidden: false,
    inlineHelpText: null,
  }
}
