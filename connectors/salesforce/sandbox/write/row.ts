import type { SandboxUser } from '../options.ts'
import type { Field } from '../org/field.ts'
import { readCsvValue, readJsonValue } from '../org/field-value.ts'
import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import type { Value } from '../org/stored-record.ts'
import { parserError } from '../rest/refusal.ts'
import { type RowError, rowError } from './outcome.ts'

/** What a request says of one record. */
export interface Row {
  values: ReadonlyMap<Field, Value>
  /** Fields that are not there, or not for this user. */
  errors: readonly RowError[]
}

/** Keys of a JSON record that name no field. */
const NO_FIELDS = new Set(['attributes', 'id'])

/** Throws a 400 for the whole request where a value has the wrong type: the body can't be read then. */
export function readJsonRow(
  org: Org,
  user: SandboxUser,
  object: ObjectType,
  json: Record<string, unknown>,
): Row {
  const values = new Map<Field, Value>()
  const errors: RowError[] = []
  for (const [name, given] of Object.entries(json)) {
    if (NO_FIELDS.has(name.toLowerCase())) continue
    const field = visibleField(org, user, object, name)
    if (field === undefined) {
      errors.push(noSuchColumn(name, object))
      continue
    }
    const read = readJsonValue(field, given)
    if (!read.ok) throw parserError(`${read.problem} at [line:1, column:1]`)
    values.set(field, read.value)
  }
  return { values, errors }
}

/** An empty cell says nothing, `#N/A` clears. A column that is null, `Id` for one, is not read. */
export function readCsvRow(columns: readonly (Field | null)[], cells: readonly string[]): Row {
  const values = new Map<Field, Value>()
  const errors: RowError[] = []
  for (const [at, field] of columns.entries()) {
    const cell = cells[at] ?? ''
    if (field === null || cell === '') continue
    if (cell === '#N/A') {
      values.set(field, null)
      continue
    }
    const read = readCsvValue(field, cell)
    if (read.ok) values.set(field, read.value)
    else {
      const message = `Failed to deserialize field at col ${at}. Due to, ${read.problem}`
      errors.push(rowError('INVALID_TYPE_ON_FIELD_IN_RECORD', message, field.name))
    }
  }
  return { values, errors }
}

/** A field that the user may not even read is not there for them. */
export function visibleField(
  org: Org,
  user: SandboxUser,
  object: ObjectType,
  name: string,
): Field | undefined {
  const field = org.catalogue.field(object, name)
  return field !== undefined && org.permissions.field(user, object, field).read ? field : undefined
}

function noSuchColumn(name: string, object: ObjectType): RowError {
  return rowError('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`, name)
}
