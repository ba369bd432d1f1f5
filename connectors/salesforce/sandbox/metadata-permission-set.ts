import type { MetadataType } from './metadata.ts'
import type { SandboxUser } from './options.ts'
import type { Org } from './org.ts'
import { type RowError, rowError } from './outcome.ts'
import { type FlatFields, isDeleted, type StoredRecord } from './stored-record.ts'
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
    for (const part of ['FieldPermissions', 'ObjectPermissions']) {
      for (const { id } of partsOf(org, part, found.id)) org.table(part).drop(id)
    }
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
  const error = checkFieldPermissions(org, given)
  if (error !== undefined) return error
  const before = find(org, fullName)
  const id = before?.id ?? org.newId('0PS')
  const description = textOf(given, 'description') ?? null
  put(org, user, 'PermissionSet', {
    Id: id,
    Name: fullName,
    Label: label,
    Description: description,
    IsOwnedByProfile: false,
  })
  for (const one of childrenOf(given, 'objectPermissions')) putObjectPermission(org, user, id, one)
  for (const one of childrenOf(given, 'fieldPermissions')) {
    for (const name of fieldNames(textOf(one, 'field') ?? '')) putFieldPermission(org, user, id, name, one)
  }
  return undefined
}

/** `Activity.X__c` is a field of Task. */
function fieldNames(name: string): string[] {
  return [name.replace(/^(Activity|Event)\./, 'Task.')]
}

function checkFieldPermissions(org: Org, given: Element): RowError | undefined {
  for (const one of childrenOf(given, 'fieldPermissions')) {
    const name = textOf(one, 'field') ?? ''
    const [objectName = '', fieldName = ''] = (fieldNames(name)[0] ?? '').split('.')
    const object = org.catalogue.find(objectName)
    const field = object && org.catalogue.field(object, fieldName)
    if (field === undefined) {
      return rowError(
        'INVALID_CROSS_REFERENCE_KEY',
        `In field: field - no CustomField named ${name} found`,
        'field',
      )
    }
    if (!field.nillable) {
      return rowError('FIELD_INTEGRITY_EXCEPTION', `You cannot deploy to a required field: ${name}`, 'field')
    }
    if (textOf(one, 'editable') === 'true' && textOf(one, 'readable') !== 'true') {
      return rowError('FIELD_INTEGRITY_EXCEPTION', `Editable without readable: ${name}`, 'field')
    }
  }
  return undefined
}

function putFieldPermission(org: Org, user: SandboxUser, setId: string, name: string, given: Element): void {
  const there = partsOf(org, 'FieldPermissions', setId).find(
    one => String(one.values.Field).toLowerCase() === name.toLowerCase(),
  )
  put(org, user, 'FieldPermissions', {
    Id: there?.id ?? org.newId('01k'),
    ParentId: setId,
    SobjectType: name.split('.')[0] ?? '',
    Field: name,
    PermissionsRead: textOf(given, 'readable') === 'true',
    PermissionsEdit: textOf(given, 'editable') === 'true',
  })
}

function putObjectPermission(org: Org, user: SandboxUser, setId: string, given: Element): void {
  const object = textOf(given, 'object') ?? ''
  const there = partsOf(org, 'ObjectPermissions', setId).find(
    one => String(one.values.SobjectType).toLowerCase() === object.toLowerCase(),
  )
  const allowed = (right: string) => textOf(given, `allow${right}`) === 'true'
  put(org, user, 'ObjectPermissions', {
    Id: there?.id ?? org.newId('110'),
    ParentId: setId,
    SobjectType: object,
    PermissionsRead: allowed('Read'),
    PermissionsCreate: allowed('Create'),
    PermissionsEdit: allowed('Edit'),
    PermissionsDelete: allowed('Delete'),
  })
}

function put(org: Org, user: SandboxUser, object: string, fields: FlatFields): void {
  const id = String(fields.Id)
  const at = new Date(org.clock.now()).toISOString()
  const before = org.table(object).get(id)?.values ?? {
    CreatedDate: at,
    CreatedById: user.id,
    IsDeleted: false,
  }
  const values = { ...before, ...fields, LastModifiedDate: at, LastModifiedById: user.id, SystemModstamp: at }
  org.table(object).put({ id, values })
}

function shownSet(org: Org, { id, values }: StoredRecord): Xml {
  return {
    fullName: String(values.Name),
    description: values.Description ?? null,
    fieldPermissions: partsOf(org, 'FieldPermissions', id).map(one => ({
      editable: one.values.PermissionsEdit === true,
      field: String(one.values.Field),
      readable: one.values.PermissionsRead === true,
    })),
    hasActivationRequired: false,
    label: String(values.Label),
    objectPermissions: partsOf(org, 'ObjectPermissions', id).map(one => ({
      allowCreate: one.values.PermissionsCreate === true,
      allowDelete: one.values.PermissionsDelete === true,
      allowEdit: one.values.PermissionsEdit === true,
      allowRead: one.values.PermissionsRead === true,
      object: String(one.values.SobjectType),
    })),
  }
}
