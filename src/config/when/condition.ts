import type { Mappable, Value } from '../../domain/mappable.ts'
import type { Comparison, Condition } from '../../domain/when.ts'
import { fault, isList, isMap, type Parsed, unknownName } from '../read/parsed.ts'

const COMPARISON = /^(>=|<=|!=|>|<|=)\s*(.*)$/s
const NUMBER = /^-?\d+(\.\d+)?$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/
const MS_PER_DAY = 86_400_000

/** One condition as it stands behind its name: a value, a list of values, a comparison in quotes, null. */
export function parseCondition(input: unknown, type: Mappable): Parsed<Condition> {
  if (isList(input)) return parseList(input, type)
  const [, op, right] = typeof input === 'string' ? (COMPARISON.exec(input.trim()) ?? []) : []
  if (op !== undefined && isComparison(op)) return parseComparison(op, right ?? '', type)
  if (type.type === 'date' && input !== null) {
    return { faults: [fault('a date takes a comparison, such as ">= 2025-01-31"')] }
  }
  const literal = parseLiteral(input, type)
  return 'value' in literal ? { value: { op: 'oneOf', values: [literal.value] } } : literal
}

const isComparison = (op: string): op is Comparison => ['>=', '>', '<=', '<', '!=', '='].includes(op)

function parseList(input: readonly unknown[], type: Mappable): Parsed<Condition> {
  if (input.length === 0) return { faults: [fault('an empty list never holds')] }
  if (type.type === 'date') return { faults: [fault('a date takes a comparison, such as ">= 2025-01-31"')] }
  const values: Value[] = []
  const faults = input.flatMap((item, index) => {
    if (typeof item === 'string' && COMPARISON.test(item.trim())) {
      return [fault('a comparison stands alone, not in a list', [index])]
    }
    const literal = parseLiteral(item, type)
    if (!('value' in literal))
      return literal.faults.map(inner => ({ ...inner, path: [index, ...inner.path] }))
    values.push(literal.value)
    return []
  })
  return faults.length > 0 ? { faults } : { value: { op: 'oneOf', values } }
}

function parseComparison(op: Comparison, right: string, type: Mappable): Parsed<Condition> {
  const equality = op === '=' || op === '!='
  if (right === '') return { faults: [fault(`nothing stands after ${op}`)] }
  if (right === 'null') {
    if (!equality) return { faults: [fault(`null has no order: ${op} never holds`)] }
    return op === '=' && !type.nullable ? { faults: [NEVER_ABSENT] } : { value: { op, value: null } }
  }
  if (type.type === 'enumeration' && !equality) {
    return {
      faults: [fault(`these values have no order: list those that are meant (${type.options.join(', ')})`)],
    }
  }
  if (type.type === 'date') return parseDateComparison(op, right)
  const operand = type.type === 'number' ? parseNumber(right) : parseLiteral(right, type)
  if (!('value' in operand)) return operand
  return type.type === 'number' && !type.nullable && isBelowZero(op, operand.value)
    ? { faults: [NEVER_NEGATIVE] }
    : { value: { op, value: operand.value } }
}

const NEVER_ABSENT = fault('never holds: the value is never absent')
const NEVER_NEGATIVE = fault('never holds: the value is never negative')

const isBelowZero = (op: Comparison, limit: Value): boolean =>
  typeof limit === 'number' && (op === '<' ? limit <= 0 : (op === '<=' || op === '=') && limit < 0)

/**
 * Days are compared by their borders, so that it does not matter whether the value carries a time of day: after a
 * day is from the next one on.
 */
function parseDateComparison(op: Comparison, right: string): Parsed<Condition> {
  if (op === '=' || op === '!=') return { faults: [fault('a date takes >=, >, <= or <')] }
  const at = DAY.test(right) ? realDay(right) : TIME.test(right) ? Date.parse(withZone(right)) : Number.NaN
  if (Number.isNaN(at)) return { faults: [fault(`not a date: "${right}"; write it as 2025-01-31`)] }
  if (!DAY.test(right)) return { value: { op, value: isoSecond(at) } }
  if (op === '>=' || op === '<') return { value: { op, value: right } }
  return { value: { op: op === '>' ? '>=' : '<', value: isoSecond(at + MS_PER_DAY).slice(0, 10) } }
}

/** `Date` takes 31 February for 3 March. */
function realDay(day: string): number {
  const at = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(at) && isoSecond(at).startsWith(day) ? at : Number.NaN
}

const withZone = (time: string): string =>
  (/(Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`).replace(' ', 'T')

const isoSecond = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

function parseLiteral(input: unknown, type: Mappable): Parsed<Value> {
  if (input === null) return type.nullable ? { value: null } : { faults: [NEVER_ABSENT] }
  if (isMap(input) || isList(input) || input === undefined) {
    return { faults: [fault('must be a value, a list of values or a comparison in quotes')] }
  }
  switch (type.type) {
    case 'number':
      return withSign(parseNumber(input), type.nullable)
    case 'enumeration':
      return typeof input === 'string' && type.options.includes(input)
        ? { value: input }
        : { faults: [noSuchOption(String(input), type.options)] }
    default:
      // A number without quotes would lose its zeros: 1.10 is 1.1 to YAML.
      return typeof input === 'string'
        ? { value: input }
        : { faults: [fault('is a text: write it in quotes')] }
  }
}

function parseNumber(input: unknown): Parsed<number> {
  const isNumber = typeof input === 'number' ? Number.isFinite(input) : NUMBER.test(String(input))
  return isNumber ? { value: Number(input) } : { faults: [fault(`not a number: "${String(input)}"`)] }
}

const withSign = (number: Parsed<number>, mayBeNegative: boolean): Parsed<number> =>
  'value' in number && number.value < 0 && !mayBeNegative ? { faults: [NEVER_NEGATIVE] } : number

function noSuchOption(written: string, options: readonly string[]) {
  return options.length === 0
    ? fault(`there is no "${written}": none is defined`)
    : unknownName(`there is no "${written}": it is one of ${options.join(', ')}`, written, options)
}
