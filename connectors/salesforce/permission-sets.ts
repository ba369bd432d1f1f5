import type { PermissionSet } from './answers.ts'
import type { Component } from './client.ts'
import { ACCOUNT, LEAD } from './objects.ts'

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

/** A field that a permission set is to open. */
export interface Wish {
  /** Such as `Account.OQL_Stage__c`. */
  field: string
  editable: boolean
}

/**
 * Fields that come with Salesforce and that matching goes by or a person tells records apart by. An integration user
 * with a minimal profile sees none of them. An address is granted as a whole.
 */
const READ_TOO: Readonly<Record<string, readonly { field: string; as?: string; editable?: boolean }[]>> = {
  [ACCOUNT]: [
    { field: 'Website', editable: true },
    { field: 'Type' },
    { field: 'ParentId' },
    { field: 'BillingCountry', as: 'BillingAddress' },
  ],
  [LEAD]: [
    { field: 'Website', editable: true },
    { field: 'Country', as: 'Address' },
  ],
}

/** What a set is to open of an object: our fields, and for who writes them those of Salesforce that are not in sight. */
export function wishesOf(
  grant: Grant,
  object: string,
  ours: readonly string[],
  inSight: ReadonlySet<string> = new Set(),
): Wish[] {
  const hidden = grant.objects ? (READ_TOO[object] ?? []).filter(({ field }) => !inSight.has(field)) : []
  return [
    ...ours.map(name => ({ field: `${object}.${name}`, editable: grant.editable })),
    ...hidden.map(({ field, as = field, editable = false }) => ({ field: `${object}.${as}`, editable })),
  ]
}

/** A permission set that grants these wishes, and the objects where it opens objects. */
export function permissionSet(grant: Grant, objects: readonly string[], wishes: readonly Wish[]): Component {
  const { name, label, description } = grant
  return {
    fullName: name,
    label,
    description,
    fieldPermissions: wishes.map(granted),
    ...(grant.objects ? { objectPermissions: objects.map(objectPermission) } : {}),
  }
}

/**
 * What a permission set lacks of these wishes and of the object, with all that it grants already: an upsert replaces it
 * whole. Null where it lacks nothing.
 */
export function completed(
  grant: Grant,
  there: PermissionSet | undefined,
  object: string,
  wishes: readonly Wish[],
): { component: Component; adds: string[] } | null {
  const known = new Map((there?.fieldPermissions ?? []).map(one => [one.field, one]))
  const lacking = wishes.filter(wish => !isGranted(known.get(wish.field), wish))
  const objects = there?.objectPermissions ?? []
  const isOpen = !grant.objects || objects.some(one => one.object === object && isOpenEnough(one))
  if (lacking.length === 0 && isOpen) return null
  const adds = [...(isOpen ? [] : [object]), ...lacking.map(({ field }) => field)]
  if (there === undefined) return { component: permissionSet(grant, [object], lacking), adds }
  for (const wish of lacking) known.set(wish.field, granted(wish))
  const others = objects.filter(one => one.object !== object)
  const component = {
    ...there,
    label: there.label ?? grant.label,
    fieldPermissions: [...known.values()],
    objectPermissions: isOpen ? objects : [...others, opened(objects, object)],
  }
  return { component, adds }
}

const granted = ({ field, editable }: Wish): FieldPermission => ({ field, readable: true, editable })

const isGranted = (there: FieldPermission | undefined, { editable }: Wish): boolean =>
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
