import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { layoutFields, layoutName } from '../rest/layout.ts'
import { rowError } from '../write/outcome.ts'
import type { MetadataType } from './metadata-type.ts'
import { childrenOf, type Element, textOf, type Xml } from './xml.ts'

/** Page layouts: `Account-Account Layout`, one for each object. */
export const layoutMetadata: MetadataType = {
  exists: (org, fullName) => org.otherLayouts.has(fullName) || isAssigned(org, fullName),
  read: (org, fullName) => {
    const object = objectOf(org, fullName)
    return object === undefined ? null : isAssigned(org, fullName) ? shownLayout(org, object) : { fullName }
  },
  put: (org, _user, fullName, given) => {
    const object = objectOf(org, fullName)
    if (object === undefined) {
      return rowError(
        'INVALID_CROSS_REFERENCE_KEY',
        `In field: fullName - no Layout named ${fullName} found`,
        'fullName',
      )
    }
    const names = fieldsOf(given)
    const unknown = names.find(name => org.catalogue.field(object, name) === undefined)
    if (unknown !== undefined) {
      return rowError(
        'INVALID_CROSS_REFERENCE_KEY',
        `In field: field - no CustomField named ${object.name}.${unknown} found`,
        'field',
      )
    }
    const missing = requiredOn(object).find(name => !names.includes(name))
    if (missing !== undefined) {
      const message = `Layout must contain an item for required layout field: ${missing}`
      return rowError('FIELD_INTEGRITY_EXCEPTION', message, 'field')
    }
    if (isAssigned(org, fullName)) org.layouts.set(object.name, new Set(names))
    else org.otherLayouts.add(fullName)
    return undefined
  },
  remove: (org, _user, fullName) => {
    const object = objectOf(org, fullName)
    if (!org.otherLayouts.delete(fullName) && object !== undefined) org.layouts.delete(object.name)
  },
  names: org =>
    org.catalogue
      .all()
      .filter(({ kind }) => kind === 'data')
      .map(fullNameOf),
}

const fullNameOf = (object: ObjectType) => `${object.name}-${layoutName(object)}`

/** `Account-Account Layout` is the one that everybody has; others are nobody's until they are assigned. */
function isAssigned(org: Org, fullName: string): boolean {
  const object = objectOf(org, fullName)
  return object !== undefined && fullNameOf(object) === decodeURIComponent(fullName)
}

function objectOf(org: Org, fullName: string): ObjectType | undefined {
  const object = org.catalogue.find(decodeURIComponent(fullName).split('-')[0] ?? '')
  return object?.kind === 'data' ? object : undefined
}

/** A name in two parts stands there as one. */
const requiredOn = ({ fields }: ObjectType): string[] =>
  fields
    .filter(({ nillable, createable, type }) => !nillable && createable && type !== 'boolean')
    .map(({ name }) => (name === 'LastName' ? 'Name' : name))
    .filter(name => name !== 'OwnerId')

function fieldsOf(given: Element): string[] {
  return childrenOf(given, 'layoutSections')
    .flatMap(section => childrenOf(section, 'layoutColumns'))
    .flatMap(column => childrenOf(column, 'layoutItems'))
    .flatMap(item => textOf(item, 'field') ?? [])
}

function shownLayout(org: Org, object: ObjectType): Xml {
  const items = [...layoutFields(org, object)].map(name => ({ behavior: 'Edit', field: name }))
  const section = {
    customLabel: false,
    detailHeading: true,
    editHeading: true,
    label: `${object.label} Information`,
    layoutColumns: [{ layoutItems: items }],
    style: 'OneColumn',
  }
  return { fullName: fullNameOf(object), layoutSections: [section] }
}
