import { field, lookup, picklist, systemField } from './field.ts'
import { type ObjectType, objectType, SYSTEM_FIELDS } from './object-type.ts'

const readOnly = { createable: false, updateable: false, deletable: false } as const
const setup = { kind: 'setup' } as const

/** Objects that hold how the org is set up. Permission sets are records here, as they are in a real org. */
export const SETUP_OBJECTS: readonly ObjectType[] = [
  objectType(
    'User',
    '005',
    [
      ...SYSTEM_FIELDS,
      systemField('Username', 'string', { length: 80, nillable: false }),
      systemField('Name', 'string', { length: 121, nillable: false }),
      systemField('Email', 'email', { length: 128, nillable: false }),
      systemField('IsActive', 'boolean', { nillable: false }),
    ],
    { ...readOnly, ...setup },
  ),
  objectType(
    'Group',
    '00G',
    [
      ...SYSTEM_FIELDS,
      systemField('Name', 'string', { length: 40, nillable: false }),
      systemField('DeveloperName', 'string', { length: 80 }),
      systemField('Type', 'picklist', { nillable: false }),
    ],
    { ...readOnly, ...setup },
  ),
  objectType(
    'Organization',
    '00D',
    [
      ...SYSTEM_FIELDS,
      systemField('Name', 'string', { length: 80, nillable: false }),
      systemField('OrganizationType', 'picklist'),
      systemField('InstanceName', 'string', { length: 5 }),
      systemField('IsSandbox', 'boolean', { nillable: false }),
      systemField('DefaultLocaleSidKey', 'picklist'),
    ],
    { ...readOnly, ...setup },
  ),
  objectType(
    'PermissionSet',
    '0PS',
    [
      ...SYSTEM_FIELDS,
      field('Name', 'string', { length: 80, nillable: false, unique: true }),
      field('Label', 'string', { length: 80, nillable: false }),
      field('Description', 'string'),
      systemField('IsOwnedByProfile', 'boolean', { nillable: false }),
      ...['ActivitiesAccess', 'EditTask'].map(right =>
        field(`Permissions${right}`, 'boolean', {
          nillable: false,
          defaultValue: false,
          defaultedOnCreate: true,
        }),
      ),
    ],
    { ...setup, label: 'Permission Set' },
  ),
  objectType(
    'PermissionSetAssignment',
    '0Pa',
    [
      ...SYSTEM_FIELDS,
      lookup('PermissionSetId', ['PermissionSet'], { nillable: false, updateable: false }),
      lookup('AssigneeId', ['User'], { nillable: false, updateable: false }),
    ],
    { ...setup, updateable: false, label: 'Permission Set Assignment' },
  ),
  objectType(
    'FieldPermissions',
    '01k',
    [
      ...SYSTEM_FIELDS,
      lookup('ParentId', ['PermissionSet'], { nillable: false, updateable: false }),
      picklist('SobjectType', [], { nillable: false, updateable: false }),
      picklist('Field', [], { nillable: false, updateable: false }),
      field('PermissionsRead', 'boolean', { nillable: false, defaultValue: false, defaultedOnCreate: true }),
      field('PermissionsEdit', 'boolean', { nillable: false, defaultValue: false, defaultedOnCreate: true }),
    ],
    setup,
  ),
  objectType(
    'ObjectPermissions',
    '110',
    [
      ...SYSTEM_FIELDS,
      lookup('ParentId', ['PermissionSet'], { nillable: false, updateable: false }),
      picklist('SobjectType', [], { nillable: false, updateable: false }),
      ...['Read', 'Create', 'Edit', 'Delete', 'ViewAllRecords', 'ModifyAllRecords'].map(right =>
        field(`Permissions${right}`, 'boolean', {
          nillable: false,
          defaultValue: false,
          defaultedOnCreate: true,
        }),
      ),
    ],
    setup,
  ),
]
