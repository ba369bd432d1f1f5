import { layoutFields, layoutName } from './layout.ts'
import type { MetadataType } from './metadata.ts'
import type { ObjectType } from './object-type.ts'
import type { Org } from './org.ts'
import { rowError } from './outcome.ts'
import { childrenOf, type Element, textOf, type Xml } from './xml.ts'

/** Page layouts: `Account-Account Layout`, one for each object. */
export const layoutMetadata: MetadataType = {
  exists: (org, fullName) => objectOf(org, fullName) !== undefined,
  read: (org, fullName) => {
    const object = objectOf(org, fullName)
    return object === undefined ? null : shownLayout(org, object)
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
    org.layouts.set(object.name, new Set(names))
    return undefined
  },
  remove: (org, _user, fullName) => {
    const object = objectOf(org, fullName)
    if (object !== undefined) org.layouts.delete(object.name)
  },
  names: org =>
    org.catalogue
      .all()
      .filter(({ kind }) => kind === 'data')
      .map(fullNameOf),
}

const fullNameOf = (object: ObjectType) => `${object.name}-${layoutName(object)}`

function objectOf(org: Org, fullName: string): ObjectType | undefined {
  const wanted = decodeURIComponent(fullName)
  return org.catalogue.all().find(object => object.kind === 'data' && fullNameOf(object) === wanted)
}

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
