import type { PermissionSet } from './answers.ts'
import type { Component } from './client.ts'

/** Who gets what: the integration user writes our fields, the sales team reads them. */
export interface Grant {
  name: string
  label: string
  description: string
  editable: boolean
  /** Whether it opens the objects too; people have them by their own profiles. */
  objects: boolean
}

export const SYNC: Grant = {
  name: 'OQL_Sync',
  label: 'OQL Sync',
  description:
    'For the integration user of OQL Sync: reads and writes accounts and leads and the fields of ours.',
  editable: true,
  objects: true,
}

const VIEWER: Grant = {
  name: 'OQL_Sync_Viewer',
  label: 'OQL Sync Viewer',
  description: 'For the sales team: reads the fields of OQL Sync.',
  editable: false,
  objects: false,
}

export const GRANTS: readonly Grant[] = [SYNC, VIEWER]

type FieldPermission = PermissionSet['fieldPermissions'][number]
type ObjectPermission = PermissionSet['objectPermissions'][number]

/** Without all records in sight an account of somebody else's would be taken to be missing, and made a second time. */
const objectPermission = (object: string): ObjectPermission => ({
  object,
  allowRead: true,
  allowCreate: true,
  allowEdit: true,
  allowDelete: false,
  viewAllRecords: true,
  modifyAllRecords: false,
})

/** A permission set that grants these fields (`Account.OQL_Stage__c`) of these objects. */
export function permissionSet(
  grant: Grant,
  objects: readonly string[],
  fields: readonly string[],
): Component {
  const { name, label, description, editable } = grant
  return {
    fullName: name,
    label,
    description,
    fieldPermissions: fields.map(field => ({ field, readable: true, editable })),
    ...(grant.objects ? { objectPermissions: objects.map(objectPermission) } : {}),
  }
}

/**
 * What a permission set lacks of these fields and of the object, with all that it grants already: an upsert replaces it
 * whole. Null where it lacks nothing.
 */
export function completed(
  grant: Grant,
  there: PermissionSet | undefined,
  object: string,
  fields: readonly string[],
): { component: Component; adds: string[] } | null {
  const granted = new Map((there?.fieldPermissions ?? []).map(one => [one.field, one]))
  const lacking = fields.filter(field => !isGranted(granted.get(field), grant))
  const objects = there?.objectPermissions ?? []
  const isOpen = !grant.objects || objects.some(one => one.object === object && isOpenEnough(one))
  if (lacking.length === 0 && isOpen) return null
  const wanted = permissionSet(grant, [object], lacking)
  if (there === undefined) return { component: wanted, adds: isOpen ? lacking : [object, ...lacking] }
  for (const field of lacking) granted.set(field, { field, readable: true, editable: grant.editable })
  return {
    component: {
      ...there,
      label: there.label ?? grant.label,
      fieldPermissions: [...granted.values()],
      objectPermissions: isOpen
        ? objects
        : [...objects.filter(one => one.object !== object), opened(objects, object)],
    },
    adds: isOpen ? lacking : [object, ...lacking],
  }
}

const isGranted = (there: FieldPermission | undefined, { editable }: Grant): boolean =>
  there?.readable === true && (there.editable || !editable)

/** All records in sight is what a new set begins with; an admin who shares records another way may take it back. */
const isOpenEnough = (there: ObjectPermission): boolean =>
  there.allowRead && there.allowCreate && there.allowEdit

/** What was granted beyond ours stays. */
function opened(objects: readonly ObjectPermission[], object: string): ObjectPermission {
  const there = objects.find(one => one.object === object)
  const { allowDelete, modifyAllRecords } = there ?? objectPermission(object)
  return { ...there, ...objectPermission(object), allowDelete, modifyAllRecords }
}
