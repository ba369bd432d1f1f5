import type { Field } from './field.ts'
import { parseId } from './id.ts'
import type { ObjectType } from './object-type.ts'
import type { FlatFields, Value } from './stored-record.ts'

/** Ids come in 15 characters too, and are kept in 18. */
export function plain(values: ReadonlyMap<Field, Value>): Record<string, Value> {
  return Object.fromEntries(
    [...values].map(([field, value]) => [
      field.name,
      field.type === 'reference' && value !== null ? (parseId(String(value)) ?? value) : value,
    ]),
  )
}

/** What a new record has where nothing is said. */
export function defaultsOf(object: ObjectType): Record<string, Value> {
  return Object.fromEntries(
    object.fields.flatMap(({ name, type, defaultValue }) => {
      if (defaultValue !== null) return [[name, defaultValue]]
      return type === 'boolean' ? [[name, false]] : []
    }),
  )
}

/** What Salesforce works out of the other fields. */
export function settle(object: ObjectType, fields: FlatFields): FlatFields {
  const person = [fields.FirstName, fields.LastName].filter(part => part != null).join(' ')
  if (object.personName) return { ...fields, Name: person }
  if (object.name === 'Account' && fields.LastName != null)
    return { ...fields, Name: person, IsPersonAccount: true }
  if (object.name === 'Task') return { ...fields, IsClosed: fields.Status === 'Completed' }
  return fields
}
