import type { PermissionSet } from '../http/answers.ts'
import type { Component } from '../http/client.ts'
import { ACCOUNT, CONTACT, EVENT, LEAD, TASK } from '../objects.ts'
import { isCustom } from './custom-field.ts'

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
    'For the integration user of OQL Sync: reads and writes accounts, leads, contacts, tasks and the fields of ours.',
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
type UserPermission = PermissionSet['userPermissions'][number]

/** Activities have no rights of their own as objects: two rights of the user open all of them. */
const ACTIVITY_RIGHTS = ['ActivitiesAccess', 'EditTask']

const userRightsOf = (object: string): readonly string[] => (object === TASK ? ACTIVITY_RIGHTS : [])

/** An event is published and subscribed to, and is there for nobody to change. */
const EVENT_PERMISSION: ObjectPermission = {
  object: EVENT,
  allowRead: true,
  allowCreate: true,
  allowEdit: false,
  allowDelete: false,
  viewAllRecords: false,
  modifyAllRecords: false,
}

/** Without all records in sight an account of somebody else's would be taken to be missing, and made a second time. */
const objectPermission = (object: string): ObjectPermission =>
  object === EVENT ? EVENT_PERMISSION : { ...EVENT_PERMISSION, object, allowEdit: true, viewAllRecords: true }

const objectPermissions = (objects: readonly string[]): ObjectPermission[] =>
  objects.filter(object => object !== TASK).map(objectPermission)

const userPermissions = (objects: readonly string[]): UserPermission[] =>
  objects.flatMap(userRightsOf).map(name => ({ name, enabled: true }))

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
  [CONTACT]: [
    { field: 'Email', editable: true },
    { field: 'AccountId', editable: true },
  ],
  [TASK]: ['WhatId', 'WhoId', 'Subject', 'Description', 'ActivityDate'].map(field => ({
    field,
    editable: true,
  })),
}

/** Which of a task's own fields an org can grant is not known beforehand; those that it hides it can. */
const isGrantedBlindly = (object: string): boolean => object !== TASK

/**
 * What a set is to open of an object: our fields, and for who writes them those of Salesforce that are not in sight.
 * @param inSight null where it is not known: in a folder for any org
 */
export function wishesOf(
  grant: Grant,
  object: string,
  ours: readonly string[],
  inSight: ReadonlySet<string> | null,
): Wish[] {
  // Fields of an event have no such rights; a notice's id on a task is nothing that sales works by.
  if (object === EVENT || (object === TASK && !grant.objects)) return []
  const isHidden = (field: string) => (inSight === null ? isGrantedBlindly(object) : !inSight.has(field))
  const hidden = grant.objects ? (READ_TOO[object] ?? []).filter(({ field }) => isHidden(field)) : []
  return [
    ...ours.flatMap(name => twins(object, name).map(field => ({ field, editable: grant.editable }))),
    ...hidden.map(({ field, as = field, editable = false }) => ({ field: `${object}.${as}`, editable })),
  ]
}

/** Task and Event share the fields of Activity: a set that names one and not the other takes the right away from both. */
const twins = (object: string, name: string): string[] =>
  object === TASK && isCustom(name) ? [`Task.${name}`, `Event.${name}`] : [`${object}.${name}`]

/** A permission set that grants these wishes, and the objects where it opens objects. */
export function permissionSet(grant: Grant, objects: readonly string[], wishes: readonly Wish[]): Component {
  const { name, label, description } = grant
  return {
    fullName: name,
    label,
    description,
    fieldPermissions: wishes.map(granted),
    ...(grant.objects
      ? { objectPermissions: objectPermissions(objects), userPermissions: userPermissions(objects) }
      : {}),
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
  const isOpen =
    !grant.objects || object === TASK || objects.some(one => one.object === object && isOpenEnough(one))
  const rights = grant.objects ? lackingRights(there, object) : []
  if (lacking.length === 0 && isOpen && rights.length === 0) return null
  const adds = [...(isOpen ? [] : [object]), ...rights, ...lacking.map(({ field }) => field)]
  if (there === undefined) return { component: permissionSet(grant, [object], lacking), adds }
  for (const wish of lacking) known.set(wish.field, granted(wish))
  const others = objects.filter(one => one.object !== object)
  const component = {
    ...there,
    label: there.label ?? grant.label,
    fieldPermissions: [...known.values()],
    objectPermissions: isOpen ? objects : [...others, opened(objects, object)],
    userPermissions: [
      ...(there.userPermissions ?? []).filter(({ name }) => !rights.includes(name)),
      ...rights.map(name => ({ name, enabled: true })),
    ],
  }
  return { component, adds }
}

function lackingRights(there: PermissionSet | undefined, object: string): string[] {
  const known = new Set((there?.userPermissions ?? []).flatMap(one => (one.enabled ? [one.name] : [])))
  return userRightsOf(object).filter(name => !known.has(name))
}

const granted = ({ field, editable }: Wish): FieldPermission => ({ field, readable: true, editable })

const isGranted = (there: FieldPermission | undefined, { editable }: Wish): boolean =>
  there?.readable === true && (there.editable || !editable)

/** All records in sight is what a new set begins with; an admin who shares records another way may take it back. */
const isOpenEnough = (there: ObjectPermission): boolean =>
  there.allowRead && there.allowCreate && (there.allowEdit || there.object === EVENT)

/** What was granted beyond ours stays. */
function opened(objects: readonly ObjectPermission[], object: string): ObjectPermission {
  const there = objects.find(one => one.object === object)
  const { allowDelete, modifyAllRecords } = there ?? objectPermission(object)
  return { ...there, ...objectPermission(object), allowDelete, modifyAllRecords }
}
