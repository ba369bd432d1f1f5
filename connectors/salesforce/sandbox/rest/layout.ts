import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { MASTER_RECORD_TYPE } from './describe.ts'

/** The fields that the object's page layout shows. Fields made through the API stand on none until they are put there. */
export function layoutFields(org: Org, object: ObjectType): Set<string> {
  const there = org.layouts.get(object.name)
  if (there !== undefined) return there
  const standard = object.fields
    .filter(({ custom, type }) => !custom && type !== 'id')
    .map(({ name }) => name)
  const fields = new Set(standard)
  org.layouts.set(object.name, fields)
  return fields
}

/** The answer of `/sobjects/Account/describe/layouts`. */
export function describeLayouts(org: Org, object: ObjectType) {
  const rows = [...layoutFields(org, object)].map(name => layoutRow(org, object, name))
  const section = {
    heading: `${object.label} Information`,
    useHeading: true,
    useCollapsibleSection: false,
    columns: 1,
    rows: rows.length,
    layoutRows: rows,
  }
  const id = `00h5g00000${object.keyPrefix}LayAAA`.slice(0, 18)
  return {
    layouts: [
      { id, name: layoutName(object), detailLayoutSections: [section], editLayoutSections: [section] },
    ],
    recordTypeMappings: [
      {
        available: true,
        defaultRecordTypeMapping: true,
        layoutId: id,
        master: true,
        name: 'Master',
        recordTypeId: MASTER_RECORD_TYPE,
      },
    ],
    recordTypeSelectorRequired: [false],
  }
}

/** The layout's name in the Metadata API: `Account-Account Layout`. */
export function layoutName(object: ObjectType): string {
  return `${object.label} Layout`
}

function layoutRow(org: Org, object: ObjectType, name: string) {
  const label = org.catalogue.field(object, name)?.label ?? name
  const component = { type: 'Field', value: name, displayLines: 1, tabOrder: 1, components: [] }
  const item = {
    label,
    placeholder: false,
    required: false,
    editableForNew: true,
    layoutComponents: [component],
  }
  return { numItems: 1, layoutItems: [item] }
}
