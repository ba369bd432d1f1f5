import type { SandboxUser } from '../options.ts'
import type { Catalogue } from './catalogue.ts'
import { compoundOf } from './compound-field.ts'
import type { Field } from './field.ts'
import type { ObjectType } from './object-type.ts'
import type { Table } from './table.ts'

/** What a user may do. */
export interface Permissions {
  field(user: SandboxUser, object: ObjectType, field: Field): FieldAccess
  object(user: SandboxUser, object: ObjectType): ObjectAccess
  /** A switch for tests, above all permission sets: a field that an administrator hid or made read-only. */
  override(object: string, field: string, access: FieldAccess | null): void
}

export interface FieldAccess {
  read: boolean
  edit: boolean
}

interface ObjectAccess {
  read: boolean
  create: boolean
  edit: boolean
  delete: boolean
}

interface Grants {
  fields: ReadonlyMap<string, FieldAccess>
  objects: ReadonlyMap<string, ObjectAccess>
  /** Tasks have no rights as an object: two rights of the user open them. */
  activities: boolean
}

const ALL: FieldAccess = { read: true, edit: true }
const NONE: FieldAccess = { read: false, edit: false }
const ALL_OF_OBJECT: ObjectAccess = { read: true, create: true, edit: true, delete: true }
const NONE_OF_OBJECT: ObjectAccess = { read: false, create: false, edit: false, delete: false }

/**
 * Profiles grant all standard fields and objects, but for a minimum-access one. A field or object made through the
 * API is seen by nobody until a permission set grants it; required fields and those of events have no such permission.
 */
export function createPermissions(catalogue: Catalogue, table: (object: string) => Table): Permissions {
  const overrides = new Map<string, FieldAccess>()
  const granted = createGrants(table)
  return {
    field: (user, object, field) => {
      const override = overrides.get(keyOf(object.name, field.name))
      if (override !== undefined) return override
      if (!needsGrant(user, object, field)) return ALL
      const { fields } = granted(user.id)
      const whole = compoundOf(field.name)
      const asPart = whole === undefined ? undefined : fields.get(keyOf(object.name, whole))
      return fields.get(keyOf(object.name, field.name)) ?? asPart ?? NONE
    },
    object: (user, object) => {
      const open = user.minimal ? object.kind === 'setup' : !/__[ce]$/.test(object.name)
      if (user.admin || open) return ALL_OF_OBJECT
      if (object.name === 'Task') return granted(user.id).activities ? ALL_OF_OBJECT : NONE_OF_OBJECT
      return granted(user.id).objects.get(object.name.toLowerCase()) ?? NONE_OF_OBJECT
    },
    override: (object, field, access) => {
      const type = catalogue.find(object)
      if (type === undefined || catalogue.field(type, field) === undefined) {
        throw new Error(`the sandbox has no field ${object}.${field}`)
      }
      if (access === null) overrides.delete(keyOf(object, field))
      else overrides.set(keyOf(object, field), access)
    },
  }
}

/** What Salesforce keeps itself is in sight of everybody who sees the record; a task's own fields go with its rights. */
function needsGrant(user: SandboxUser, object: ObjectType, field: Field): boolean {
  if (!field.nillable || object.kind !== 'data') return false
  return field.custom || (user.minimal && isGranted(field) && object.name !== 'Task')
}

/** A whole address is granted as one field. */
const isGranted = (field: Field): boolean => field.createable || field.type === 'address'

const keyOf = (object: string, field: string) => `${object}.${field}`.toLowerCase()

/** The grants of a user, kept until one of the tables that they come from changes. */
function createGrants(table: (object: string) => Table): (userId: string) => Grants {
  const sources = ['PermissionSet', 'PermissionSetAssignment', 'FieldPermissions', 'ObjectPermissions']
  let seen = ''
  let known = new Map<string, Grants>()
  return userId => {
    const versions = sources.map(name => table(name).version()).join()
    if (versions !== seen) known = new Map()
    seen = versions
    const grants = known.get(userId) ?? grantsOf(userId, table)
    known.set(userId, grants)
    return grants
  }
}

function grantsOf(userId: string, table: (object: string) => Table): Grants {
  const sets = new Set<unknown>()
  for (const { values } of table('PermissionSetAssignment').all()) {
    if (values.AssigneeId === userId && values.IsDeleted !== true) sets.add(values.PermissionSetId)
  }
  const fields = new Map<string, FieldAccess>()
  for (const { values } of table('FieldPermissions').all()) {
    if (!sets.has(values.ParentId) || values.IsDeleted === true) continue
    const key = String(values.Field).toLowerCase()
    const had = fields.get(key) ?? NONE
    const edit = had.edit || values.PermissionsEdit === true
    fields.set(key, { read: had.read || edit || values.PermissionsRead === true, edit })
  }
  const objects = new Map<string, ObjectAccess>()
  for (const { values } of table('ObjectPermissions').all()) {
    if (!sets.has(values.ParentId) || values.IsDeleted === true) continue
    const key = String(values.SobjectType).toLowerCase()
    const had = objects.get(key) ?? NONE_OF_OBJECT
    objects.set(key, {
      read: had.read || values.PermissionsRead === true,
      create: had.create || values.PermissionsCreate === true,
      edit: had.edit || values.PermissionsEdit === true,
      delete: had.delete || values.PermissionsDelete === true,
    })
  }
  const has = (right: string) =>
    [...sets].some(id => typeof id === 'string' && table('PermissionSet').get(id)?.values[right] === true)
  const activities = has('PermissionsActivitiesAccess') && has('PermissionsEditTask')
  return { fields, objects, activities }
}
