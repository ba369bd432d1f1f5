import type { Value } from './mappable.ts'

export type Comparison = '>=' | '>' | '<=' | '<' | '!=' | '='

/** One condition on one value. `oneOf` may hold null: the value is absent. */
export type Condition = { op: 'oneOf'; values: readonly Value[] } | { op: Comparison; value: Value }

/** Any of these maps, all of whose conditions hold. One empty map is always; no map is never. */
export type When = readonly Readonly<Record<string, Condition>>[]

/** How a condition finds its value. A list (segments) holds where any of its members does. */
export type Lookup = (name: string) => Value | readonly Value[]

export const ALWAYS: When = [{}]

export function holds(when: When, lookup: Lookup): boolean {
  return when.some(all => Object.entries(all).every(([name, condition]) => meets(condition, lookup(name))))
}

/** Whether one condition holds. Absent values meet no order, and differ from everything but null. */
export function meets(condition: Condition, value: Value | readonly Value[]): boolean {
  if (isList(value)) {
    return condition.op === '!='
      ? value.every(member => meets(condition, member))
      : value.some(member => meets(condition, member))
  }
  switch (condition.op) {
    case 'oneOf':
      return condition.values.includes(value)
    case '=':
      return value === condition.value
    case '!=':
      return value !== condition.value
    default:
      return value !== null && condition.value !== null && ordered(condition.op, value, condition.value)
  }
}

function ordered(
  op: '>=' | '>' | '<=' | '<',
  left: string | number | boolean,
  right: string | number | boolean,
): boolean {
  if (typeof left !== typeof right) return false
  switch (op) {
    case '>=':
      return left >= right
    case '>':
      return left > right
    case '<=':
      return left <= right
    case '<':
      return left < right
  }
}

const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value)
