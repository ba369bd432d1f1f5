import type { FieldMapping } from '../../config/mapping.ts'
import type { Value } from '../../domain/mappable.ts'
import type { Delivered } from '../../domain/planned-change.ts'
import { type ConnectorPlan, nameFields, shapeOf } from '../connector-plan.ts'
import { wantedValue } from '../values/wanted-value.ts'
import { asNumber, encode, sameValue } from './field-value.ts'

/** A field that should hold something else than it does, as far as we know. */
export interface Difference {
  line: FieldMapping
  from: Value
  to: Value
}

/** A field to be written beside those that differ: `from` is what it holds as far as we know. */
export interface Fill {
  field: string
  from: Value
  to: Value
}

/** A record as the mapping means it. */
export interface Subject {
  object: string
  /** The mapping's lines for it. */
  lines: readonly FieldMapping[]
  /** Fields that it must have: they are never cleared. */
  kept: readonly string[]
  valueNamed: (name: string) => Value
}

/** An account's own record. */
export const accountSubject = (
  plan: ConnectorPlan,
  object: string,
  valueNamed: (name: string) => Value,
): Subject => ({ object, lines: plan.mapping.fields, kept: nameFields(plan, object), valueNamed })

/** The fields written `always` that differ. A field that was never written nor read is taken to be empty. */
export function differences(
  plan: ConnectorPlan,
  { object, lines, kept, valueNamed }: Subject,
  known: Delivered['fields'],
): Difference[] {
  return lines
    .filter(line => line.write === 'always')
    .flatMap(line => {
      const shape = shapeOf(plan, object, line)
      const [from, to] = [known[line.to] ?? null, wantedValue(line, shape, valueNamed)]
      if (to === undefined || sameValue(shape.type, from, to)) return []
      // A record can't be without a name: where ours is not known, the one it has stays.
      return to === null && kept.includes(line.to) ? [] : [{ line, from, to }]
    })
}

/**
 * The fields written `if_empty`: it looks each time the record is written, since people may have emptied the field, so
 * each is a candidate.
 */
export function emptyFills(
  plan: ConnectorPlan,
  { object, lines, valueNamed }: Subject,
  known: Delivered['fields'],
): Fill[] {
  return lines
    .filter(line => line.write === 'if_empty')
    .flatMap(line => {
      const to = wantedValue(line, shapeOf(plan, object, line), valueNamed)
      return to === undefined || to === null ? [] : [{ field: line.to, from: known[line.to] ?? null, to }]
    })
}

/** Fields that a record must have, with what stands in where the mapping gives them nothing; cut to what they hold. */
export const standIns = (
  plan: ConnectorPlan,
  { object, kept }: Subject,
  standIn: string,
): Record<string, Value> =>
  Object.fromEntries(
    kept.map(name => [
      name,
      encode(plan.fields.get(object)?.get(name) ?? { type: 'text' }, standIn) ?? standIn,
    ]),
  )

/** What a new record is given: every line, but what has no value. */
export function firstValues(
  plan: ConnectorPlan,
  { object, lines, valueNamed }: Subject,
): Record<string, Value> {
  return Object.fromEntries(
    lines.flatMap(line => {
      const value = wantedValue(line, shapeOf(plan, object, line), valueNamed)
      return value === undefined || value === null ? [] : [[line.to, value]]
    }),
  )
}

export const asFill = ({ line, from, to }: Difference): Fill => ({ field: line.to, from, to })

/** Fields of a change, by name. */
export const asFields = (fills: readonly Fill[]): Record<string, { from: Value; to: Value }> =>
  Object.fromEntries(fills.map(({ field, from, to }) => [field, { from, to }]))

/** Whether a change of this line's value alone is worth a write. `as_of` moves at every run and never is. */
export const isTrigger = (line: FieldMapping): boolean => line.trigger && line.from !== 'as_of'

/** Whether a difference is as large as the line's `min_change` asks. A value that comes or goes always is. */
export function isLargeEnough({ line, from, to }: Difference): boolean {
  if (line.minChange === undefined) return true
  const [before, after] = [asNumber(from), asNumber(to)]
  if (before === undefined || after === undefined) return true
  return Number(Math.abs(after - before).toFixed(MOST_DIGITS)) >= line.minChange
}

/** Mappable numbers have at most so many digits after the point: beyond is the noise of floating point. */
const MOST_DIGITS = 4
