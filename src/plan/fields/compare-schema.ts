import type { Field, FieldSpec, FieldType } from '../../contract/fields.ts'
import type { CheckProblem } from '../../contract/session.ts'
import { encode } from './field-value.ts'
import type { WantedField } from './wanted-fields.ts'

/** A field of the CRM that is not as the mapping needs it. */
export interface SchemaProblem extends CheckProblem {
  field: string
  code: 'missing_field' | 'wrong_type' | 'read_only' | 'not_unique' | 'missing_options'
}

export interface SchemaPlace {
  /** The connector's name in the config. */
  connector: string
  object: string
  /** What an admin does where a field is hidden, in the CRM's own words. */
  fieldAccess?: string | undefined
}

/** All that keeps the fields of an object from taking what the mapping writes. */
export function compareSchema(
  wanted: readonly WantedField[],
  described: readonly Field[],
  place: SchemaPlace,
): SchemaProblem[] {
  const fields = new Map(described.map(field => [field.name, field]))
  return wanted.flatMap(want => {
    const field = fields.get(want.name)
    return field === undefined ? [missing(want, place)] : problemsOf(want, field, place)
  })
}

/**
 * What `setup` has to make: missing fields as wanted, and existing enumerations with the options that they lack.
 * A field that is there and takes what we write is left as its owners made it.
 */
export function lackingFields(wanted: readonly WantedField[], described: readonly Field[]): FieldSpec[] {
  const fields = new Map(described.map(field => [field.name, field]))
  return wanted.flatMap(want => {
    const { writes, ...spec } = want
    const field = fields.get(want.name)
    if (field === undefined) return [spec]
    if (lackingOptions(want, field).length === 0) return []
    const options = spec.options ?? (writes ?? []).map(value => ({ value, label: value }))
    return [{ ...spec, type: 'enumeration' as const, options }]
  })
}

/** The types of an existing field that take any value of each wanted type, the wanted one first. */
const TAKEN_BY: Readonly<Record<FieldSpec['type'], readonly FieldType[]>> = {
  text: ['text', 'other'],
  number: ['number', 'text'],
  boolean: ['boolean', 'text'],
  date: ['date', 'datetime', 'text'],
  datetime: ['datetime', 'date', 'text'],
  enumeration: ['enumeration', 'text'],
}

function problemsOf(want: WantedField, field: Field, place: SchemaPlace): SchemaProblem[] {
  const problems = []
  if (!takes(want, field)) problems.push(wrongType(want, field, place))
  if (!field.writable) problems.push(readOnly(field, place))
  if (want.unique && !field.unique) problems.push(notUnique(field, place))
  const lacking = lackingOptions(want, field)
  if (lacking.length > 0) problems.push(missingOptions(field, lacking, place))
  return problems
}

const takes = (want: WantedField, field: Field): boolean =>
  // A key in a field of any other type could not be looked up by.
  want.unique ? field.type === 'text' : TAKEN_BY[want.type].includes(field.type) || takesAll(want, field)

/** Where all that will be written is known, it is enough that the field takes just that. */
const takesAll = ({ writes }: WantedField, field: Field): boolean =>
  writes?.every(value => encode(field, value) !== undefined) ?? false

function lackingOptions(want: WantedField, field: Field): string[] {
  if (field.type !== 'enumeration' || field.options === undefined || !takes(want, field)) return []
  const offered = new Set(field.options)
  return (want.writes ?? []).filter(value => !offered.has(value))
}

const at = ({ connector, object }: SchemaPlace, name: string): string =>
  `${connector}: field ${name} of ${object}`

const setup = ({ connector }: SchemaPlace): string => `oql setup ${connector}`

/** A CRM shows a user no field that it hides from them: the two can't be told apart. */
const missing = (want: WantedField, place: SchemaPlace): SchemaProblem => ({
  field: want.name,
  code: 'missing_field',
  message: `${at(place, want.name)} is not there, or hidden from this user`,
  hint: `where it is not there \`${setup(place)}\` makes it (${want.type}${want.unique ? ', unique' : ''}); where it is, ${granting(place)}`,
})

const granting = ({ fieldAccess }: SchemaPlace): string =>
  `an admin lets this user read and edit it${fieldAccess === undefined ? '' : `: ${fieldAccess}`}`

const wrongType = (want: WantedField, field: Field, place: SchemaPlace): SchemaProblem => ({
  field: field.name,
  code: 'wrong_type',
  message: `${at(place, field.name)} is of type ${field.nativeType}, which can't hold what is written to it (${want.type})`,
  hint: want.unique
    ? `remove it or give it another name in the CRM, then \`${setup(place)}\` makes it anew`
    : `map to another field: \`${setup(place)}\` makes one that is not there yet`,
})

const readOnly = (field: Field, place: SchemaPlace): SchemaProblem => ({
  field: field.name,
  code: 'read_only',
  message: `${at(place, field.name)} may not be written by this user`,
  hint: `\`${setup(place)}\` grants it where the CRM lets it; else ${granting(place)}, or the mapping leaves it out`,
})

const notUnique = (field: Field, place: SchemaPlace): SchemaProblem => ({
  field: field.name,
  code: 'not_unique',
  message: `${at(place, field.name)} is not unique, so it can't tell whose a record is`,
  hint: `remove it in the CRM, then \`${setup(place)}\` makes it anew`,
})

const missingOptions = (field: Field, lacking: readonly string[], place: SchemaPlace): SchemaProblem => ({
  field: field.name,
  code: 'missing_options',
  message: `${at(place, field.name)} lacks the option${lacking.length > 1 ? 's' : ''} ${lacking.join(', ')}`,
  hint: `\`${setup(place)}\` adds what is lacking and keeps the others`,
})
