import { type Field, field, lookup, systemField } from './field.ts'

export interface ObjectType {
  name: string
  label: string
  labelPlural: string
  keyPrefix: string
  fields: readonly Field[]
  kind: ObjectKind
  createable: boolean
  updateable: boolean
  deletable: boolean
  /** `Name` is put together from first and last name. */
  personName: boolean
  sharingModel: string
  /** Of a name that is a number which Salesforce counts up: `U-{0000}`. */
  nameFormat: string | null
}

/** `setup` records take an administrator; an `event` is published and never kept. */
type ObjectKind = 'data' | 'setup' | 'event'

export function objectType(
  name: string,
  keyPrefix: string,
  fields: readonly Field[],
  more: Partial<ObjectType> = {},
): ObjectType {
  const label = more.label ?? name
  return {
    name,
    label,
    labelPlural: label.endsWith('s') ? label : `${label}s`,
    keyPrefix,
    fields,
    kind: 'data',
    createable: true,
    updateable: true,
    deletable: true,
    personName: false,
    sharingModel: 'ReadWrite',
    nameFormat: null,
    ...more,
  }
}

/** What every object has. */
export const SYSTEM_FIELDS: readonly Field[] = [
  systemField('Id', 'id', { nillable: false }),
  systemField('IsDeleted', 'boolean', { nillable: false }),
  systemField('CreatedDate', 'datetime', { nillable: false }),
  systemField('CreatedById', 'reference', { ...toUser('CreatedBy'), nillable: false }),
  systemField('LastModifiedDate', 'datetime', { nillable: false }),
  systemField('LastModifiedById', 'reference', { ...toUser('LastModifiedBy'), nillable: false }),
  systemField('SystemModstamp', 'datetime', { nillable: false }),
]

export const OWNER: Field = lookup('OwnerId', ['User'], { nillable: false, defaultedOnCreate: true })

/** Of what may wait in a queue too. */
export const OWNER_OR_QUEUE: Field = { ...OWNER, referenceTo: ['User', 'Group'] }

export const EVENT_FIELDS: readonly Field[] = [
  systemField('ReplayId', 'string'),
  systemField('CreatedDate', 'datetime', { nillable: false }),
  systemField('CreatedById', 'reference', { ...toUser('CreatedBy'), nillable: false }),
  field('EventUuid', 'string', { createable: false, updateable: false, length: 36 }),
]

function toUser(relationshipName: string): Partial<Field> {
  return { referenceTo: ['User'], relationshipName }
}
