import type { SandboxUser } from '../options.ts'
import { isCompound } from '../org/compound-field.ts'
import type { Org } from '../org/org.ts'
import { putSetupRecord } from '../org/setup-records.ts'
import { type FlatFields, isDeleted, type StoredRecord } from '../org/stored-record.ts'
import { type RowError, rowError } from '../write/outcome.ts'
import type { MetadataType } from './metadata-type.ts'
import { childrenOf, type Element, textOf, type Xml } from './xml.ts'

/** Permission sets. They are kept as records, so that queries and assignments see them. */
export const permissionSetMetadata: MetadataType = {
  exists: (org, fullName) => find(org, fullName) !== undefined,
  read: (org, fullName) => {
    const found = find(org, fullName)
    return found === undefined ? null : shownSet(org, found)
  },
  put: putPermissionSet,
  remove: (org, _user, fullName) => {
    const found = find(org, fullName)
    if (found === undefined) return
    dropParts(org, found.id)
    for (const { id, values } of [...org.table('PermissionSetAssignment').all()]) {
      if (values.PermissionSetId === found.id) org.table('PermissionSetAssignment').drop(id)
    }
    org.table('PermissionSet').drop(found.id)
  },
  names: org => [...org.table('PermissionSet').all()].map(({ values }) => String(values.Name)),
}

function find(org: Org, fullName: string): StoredRecord | undefined {
  const wanted = fullName.toLowerCase()
  const sets = org.table('PermissionSet').all()
  return [...sets].find(set => !isDeleted(set) && String(set.values.Name).toLowerCase() === wanted)
}

function partsOf(org: Org, object: string, setId: string): StoredRecord[] {
  return [...org.table(object).all()].filter(one => one.values.ParentId === setId && !isDeleted(one))
}

function putPermissionSet(
  org: Org,
  user: SandboxUser,
  fullName: string,
  given: Element,
): RowError | undefined {
  const label = textOf(given, 'label')
  if (label === undefined)
    return rowError('REQUIRED_FIELD_MISSING', 'Required field is missing: label', 'label')
  const error = checkFieldPermissions(org, given) ?? checkObjectPermissions(org, given)
  if (error !== undefined) return error
  const id = find(org, fullName)?.id ?? org.newId('0PS')
  const description = textOf(given, 'description') ?? null
  putSetupRecord(org, user, 'PermissionSet', {
    Id: id,
    Name: fullName,
    Label: label,
    Description: description,
    IsOwnedByProfile: false,
    ...userRights(given),
  })
  // What is sent is the whole set: grants that it does not name are gone.
  dropParts(org, id)
  for (const one of childrenOf(given, 'objectPermissions')) {
    putSetupRecord(org, user, 'ObjectPermissions', objectPermission(org, id, one))
  }
  for (const one of withTwins(given)) {
    putSetupRecord(org, user, 'FieldPermissions', fieldPermission(org, id, one))
  }
  return undefined
}

function dropParts(org: Org, setId: string): void {
  for (const part of ['FieldPermissions', 'ObjectPermissions']) {
    for (const { id } of partsOf(org, part, setId)) org.table(part).drop(id)
  }
}

/** `Event.X__c` is the field of Activity that Task has too. */
const fieldName = (name: string) => name.replace(/^Event\./, 'Task.')

const isActivityField = (name: string) => /^(Task|Event)\..*__c$/.test(name)

/** A field of Activity is granted to both, Task and Event, or to none: one that is not named is taken to be closed. */
function withTwins(given: Element): Element[] {
  const all = childrenOf(given, 'fieldPermissions')
  const names = new Set(all.map(one => textOf(one, 'field') ?? ''))
  return all.filter(one => {
    const name = textOf(one, 'field') ?? ''
    if (!isActivityField(name)) return true
    const part = name.split('.')[1]
    return name.startsWith('Task.') && names.has(`Event.${part}`)
  })
}

/** Rights of the user that a set gives, as far as the sandbox goes by them. */
const USER_RIGHTS = ['ActivitiesAccess', 'EditTask'] as const

function userRights(given: Element): FlatFields {
  const enabled = new Set(
    childrenOf(given, 'userPermissions')
      .filter(one => textOf(one, 'enabled') === 'true')
      .map(one => textOf(one, 'name')),
  )
  return Object.fromEntries(USER_RIGHTS.map(right => [`Permissions${right}`, enabled.has(right)]))
}

/** Activities have no rights as objects, and an event can only be read and made. */
function checkObjectPermissions(org: Org, given: Element): RowError | undefined {
  for (const one of childrenOf(given, 'objectPermissions')) {
    const name = textOf(one, 'object') ?? ''
    const object = org.catalogue.find(name)
    if (object === undefined || name === 'Task') {
      return rowError(
        'INVALID_CROSS_REFERENCE_KEY',
        `In field: field - no CustomObject named ${name} found`,
        'object',
      )
    }
    const beyond = Object.keys(OBJECT_RIGHTS).filter(
      right => textOf(one, right) === 'true' && right !== 'allowRead' && right !== 'allowCreate',
    )
    if (object.kind === 'event' && beyond.length > 0) {
      return rowError('FIELD_INTEGRITY_EXCEPTION', `${name} takes no ${beyond.join(', ')}`, 'object')
    }
  }
  return undefined
}

function checkFieldPermissions(org: Org, given: Element): RowError | undefined {
  for (const one of childrenOf(given, 'fieldPermissions')) {
    const name = textOf(one, 'field') ?? ''
    const [objectName = '', part = ''] = fieldName(name).split('.')
    const object = org.catalogue.find(objectName)
    const field = object && org.catalogue.field(object, part)
    const compound = object?.kind === 'data' && isCompound(part)
    if ((field === undefined && !compound) || object?.kind === 'event') {
      return rowError(
        'INVALID_CROSS_REFERENCE_KEY',
        `In field: field - no CustomField named ${name} found`,
        'field',
      )
    }
    // A checkbox is never empty, and is not what Salesforce calls required.
    if (field?.nillable === false && field.type !== 'boolean') {
      return rowError('FIELD_INTEGRITY_EXCEPTION', `You cannot deploy to a required field: ${name}`, 'field')
    }
    if (textOf(one, 'editable') === 'true' && textOf(one, 'readable') !== 'true') {
      return rowError('FIELD_INTEGRITY_EXCEPTION', `Editable without readable: ${name}`, 'field')
    }
  }
  return undefined
}

function fieldPermission(org: Org, setId: string, given: Element): FlatFields {
  const name = fieldName(textOf(given, 'field') ?? '')
  return {
    Id: org.newId('01k'),
    ParentId: setId,
    SobjectType: name.split('.')[0] ?? '',
    Field: name,
    PermissionsRead: textOf(given, 'readable') === 'true',
    PermissionsEdit: textOf(given, 'editable') === 'true',
  }
}

/** Metadata's word for a right on an object, and the record's. */
const OBJECT_RIGHTS = {
  allowCreate: 'PermissionsCreate',
  allowDelete: 'PermissionsDelete',
  allowEdit: 'PermissionsEdit',
  allowRead: 'PermissionsRead',
  modifyAllRecords: 'PermissionsModifyAllRecords',
  viewAllRecords: 'PermissionsViewAllRecords',
} as const

function objectPermission(org: Org, setId: string, given: Element): FlatFields {
  const rights = Object.entries(OBJECT_RIGHTS).map(([name, column]) => [
    column,
    textOf(given, name) === 'true',
  ])
  return {
    Id: org.newId('110'),
    ParentId: setId,
    SobjectType: textOf(given, 'object') ?? '',
    ...Object.fromEntries(rights),
  }
}

function shownSet(org: Org, { id, values }: StoredRecord): Xml {
  return {
    fullName: String(values.Name),
    description: values.Description ?? null,
    fieldPermissions: partsOf(org, 'FieldPermissions', id).flatMap(one =>
      shownNames(String(one.values.Field)).map(field => ({
        editable: one.values.PermissionsEdit === true,
        field,
        readable: one.values.PermissionsRead === true,
      })),
    ),
    hasActivationRequired: false,
    label: String(values.Label),
    objectPermissions: partsOf(org, 'ObjectPermissions', id).map(one => ({
      ...Object.fromEntries(
        Object.entries(OBJECT_RIGHTS).map(([name, column]) => [name, one.values[column] === true]),
      ),
      object: String(one.values.SobjectType),
    })),
    userPermissions: USER_RIGHTS.filter(right => values[`Permissions${right}`] === true).map(name => ({
      enabled: true,
      name,
    })),
  }
}

const shownNames = (name: string): string[] =>
  isActivityField(name) ? [name, name.replace('Task.', 'Event.')] : [name]
