import { time } from '../org/field-value.ts'
import { parseId } from '../org/id.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { settle } from '../org/settle.ts'
import type { FlatFields, StoredRecord, Value } from '../org/stored-record.ts'

/** Puts a record there as a person or another tool would have, past permissions and rules. Throws on a slip. */
export function seed(org: Org, object: ObjectType, given: FlatFields, userId: string): StoredRecord {
  const { CreatedDate, ...fields } = given
  const created =
    typeof CreatedDate === 'string' ? time(CreatedDate) : new Date(org.clock.now()).toISOString()
  if (created === null) throw new Error(`CreatedDate is no time: ${CreatedDate}`)
  const checked = checkedFields(org, object, fields, null)
  const id = org.newId(object.keyPrefix)
  const values = settle(object, {
    ...booleansOf(object),
    OwnerId: userId,
    CreatedById: userId,
    LastModifiedById: userId,
    LastModifiedDate: created,
    SystemModstamp: created,
    ...checked,
    Id: id,
    CreatedDate: created,
  })
  const record = { id, values }
  org.table(object.name).put(record)
  return record
}

/** Changes a record as a person would. */
export function reseed(org: Org, object: ObjectType, before: StoredRecord, fields: FlatFields): StoredRecord {
  const at = new Date(org.clock.now()).toISOString()
  const changes = checkedFields(org, object, fields, before.id)
  const values = settle(object, { ...before.values, LastModifiedDate: at, SystemModstamp: at, ...changes })
  const record = { id: before.id, values }
  org.table(object.name).put(record)
  return record
}

function booleansOf(object: ObjectType): FlatFields {
  return Object.fromEntries(
    object.fields.flatMap(({ name, type, defaultValue }) =>
      type === 'boolean' ? [[name, defaultValue ?? false]] : [],
    ),
  )
}

function checkedFields(
  org: Org,
  object: ObjectType,
  fields: FlatFields,
  id: string | null,
): Record<string, Value> {
  const checked: Record<string, Value> = {}
  for (const [name, value] of Object.entries(fields)) {
    const field = org.catalogue.field(object, name)
    if (field === undefined) throw new Error(`the sandbox has no field ${object.name}.${name}`)
    const stored = field.type === 'reference' && typeof value === 'string' ? parseId(value) : value
    if (stored === undefined) throw new Error(`${name} is no id: ${value}`)
    if (field.unique && stored !== null) {
      const table = org.table(object.name)
      table.keepIndex(field.name, field)
      const holder = table.holders(field.name, stored).find(other => other !== id)
      if (holder !== undefined) throw new Error(`${name} ${stored} is taken by ${holder}`)
    }
    checked[field.name] = stored
  }
  return checked
}
