import type { FieldMapping, Mapping } from '../config/mapping.ts'
import type { Capabilities } from '../contract/connector.ts'
import type { Field } from '../contract/fields.ts'
import type { Value } from '../domain/mappable.ts'
import type { When } from '../domain/when.ts'
import type { FieldShape } from './fields/field-value.ts'
import type { Segments } from './values/condition-values.ts'
import type { ValueContext } from './values/mappable-values.ts'
import { NAMED_VALUES } from './values/named-values.ts'

/** What planning for one connector goes by; the same for all accounts of a run. */
export interface ConnectorPlan {
  connector: string
  mapping: Mapping
  /** Who is written at all; null is everyone. */
  only: When | null
  capabilities: Pick<Capabilities, 'key' | 'owner' | 'nameFields' | 'leads' | 'contacts'>
  /** Owners that the mapping names and who left: nothing is given to them. */
  ownersGone: ReadonlySet<string>
  /** The CRM's fields as described: object → field name → field. */
  fields: ReadonlyMap<string, ReadonlyMap<string, Pick<Field, 'type' | 'maxLength'>>>
  context: ValueContext
  segments: Segments
  /** False where this CRM, as it was bought, has no leads. */
  hasLeads: boolean
}

/** The field that carries the account's domain. Every object that a mapping may name has one. */
export function keyField({ capabilities, connector }: ConnectorPlan, object: string): string {
  const key = capabilities.key[object]
  if (key === undefined) throw new Error(`Connector ${connector} names no key field for ${object}`)
  return key
}

/** Fields that a record of this object must have: they are never cleared. */
export const nameFields = ({ capabilities }: ConnectorPlan, object: string): readonly string[] =>
  capabilities.nameFields[object] ?? []

/** The CRM field that a line writes; before `setup` made it, as `setup` would. */
export const shapeOf = (plan: ConnectorPlan, object: string, line: FieldMapping): FieldShape =>
  plan.fields.get(object)?.get(line.to) ?? { type: naturalType(line) }

/** The type of field that holds what a line writes as it is. */
export function naturalType(
  line: FieldMapping,
): 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'enumeration' {
  if (line.values !== undefined) return translatedType(Object.values(line.values))
  if (line.from === undefined) return constantType(line.value)
  // A run's moment, not a day: hosted Scarf's `scarf_last_updated` is one.
  if (line.from === 'as_of') return 'datetime'
  const mappable = NAMED_VALUES.get(line.from)
  if (mappable === undefined) throw new Error(`No mappable value is called ${line.from}`)
  return mappable.type
}

/** Translations of one type want a field of that type; texts are options. */
function translatedType(values: readonly Value[]): 'number' | 'boolean' | 'enumeration' {
  if (values.every(value => typeof value === 'number')) return 'number'
  return values.every(value => typeof value === 'boolean') ? 'boolean' : 'enumeration'
}

function constantType(value: string | number | boolean): 'text' | 'number' | 'boolean' {
  if (typeof value === 'string') return 'text'
  return typeof value === 'number' ? 'number' : 'boolean'
}
