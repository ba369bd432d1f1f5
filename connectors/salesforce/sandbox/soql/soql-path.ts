import type { SandboxUser } from '../options.ts'
import type { Field } from '../org/field.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { type StoredRecord, type Value, valueIn } from '../org/stored-record.ts'
import { type Refusal, refusal } from '../rest/refusal.ts'
import { visibleField } from '../write/row.ts'

/** Where a query runs, and for whom. */
export interface Scope {
  org: Org
  user: SandboxUser
  object: ObjectType
}

/** A field that a query names, perhaps over relationships: `Owner.IsActive`. */
export interface Path {
  /** `Owner`, `Parent.Owner`; empty for a field of the object itself. Names as Salesforce spells them. */
  relationships: readonly string[]
  field: Field
  value(record: StoredRecord): Value
  /** The record that has the field; undefined where a relationship leads nowhere. */
  holder(record: StoredRecord): { object: ObjectType; record: StoredRecord } | undefined
}

/** Relationships from child to parent that one path may take. */
const MAX_RELATIONSHIPS = 5

export function pathOf({ org, user, object }: Scope, text: string): Path {
  const names = text.split('.')
  if (names.length > 1 && names[0]?.toLowerCase() === object.name.toLowerCase()) names.shift()
  if (names.length > MAX_RELATIONSHIPS + 1)
    throw refusal(400, 'INVALID_FIELD', `too many relationships: ${text}`)
  const steps: Field[] = []
  let at = object
  for (const name of names.slice(0, -1)) {
    const step = org.catalogue.relationship(at, name)
    if (step === undefined || !org.permissions.field(user, at, step).read) {
      throw refusal(400, 'INVALID_FIELD', `Didn't understand relationship '${name}' in field path.`)
    }
    steps.push(step)
    const target = org.catalogue.find(step.referenceTo[0] ?? '')
    if (target === undefined) throw refusal(400, 'INVALID_FIELD', `'${name}' leads to no object`)
    at = target
  }
  const last = names.at(-1) ?? ''
  const field = visibleField(org, user, at, last)
  if (field === undefined) throw noSuchColumn(last, at)
  const holder = (record: StoredRecord) => follow(org, object, steps, record)
  const value =
    steps.length === 0
      ? (record: StoredRecord) => fieldValue(field, record)
      : (record: StoredRecord) => {
          const found = holder(record)
          return found === undefined ? null : fieldValue(field, found.record)
        }
  return { relationships: steps.map(step => step.relationshipName ?? ''), field, value, holder }
}

function fieldValue(field: Field, record: StoredRecord): Value {
  const value = valueIn(record, field.name)
  return field.type === 'boolean' ? (value ?? false) : value
}

function follow(org: Org, object: ObjectType, steps: readonly Field[], record: StoredRecord) {
  let at: { object: ObjectType; record: StoredRecord } | undefined = { object, record }
  for (const step of steps) {
    const id = valueIn(at.record, step.name)
    const target = typeof id === 'string' ? org.catalogue.ofPrefix(id.slice(0, 3)) : undefined
    const next = target && org.table(target.name).get(String(id))
    if (target === undefined || next === undefined) return undefined
    at = { object: target, record: next }
  }
  return at
}

function noSuchColumn(name: string, object: ObjectType): Refusal {
  const message = `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`
  return refusal(400, 'INVALID_FIELD', message)
}
