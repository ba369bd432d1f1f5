import { isNumber } from '../org/field.ts'
import { parseId } from '../org/id.ts'
import type { StoredRecord, Value } from '../org/stored-record.ts'
import { refusal } from '../rest/refusal.ts'
import { type Path, pathOf, type Scope } from './soql-path.ts'
import type { Condition, Operand, Operator, SoqlQuery } from './soql-query.ts'

export type Test = (record: StoredRecord) => boolean

/** Answers the values that a query inside a query selects. */
export type RunNested = (query: SoqlQuery) => readonly Value[]

/** Makes a test of a WHERE; throws what Salesforce says where names or types don't fit. */
export function testOf(scope: Scope, condition: Condition, nested: RunNested): Test {
  switch (condition.kind) {
    case 'and': {
      const tests = condition.parts.map(part => testOf(scope, part, nested))
      return record => tests.every(test => test(record))
    }
    case 'or': {
      const tests = condition.parts.map(part => testOf(scope, part, nested))
      return record => tests.some(test => test(record))
    }
    case 'not': {
      const test = testOf(scope, condition.part, nested)
      return record => !test(record)
    }
    case 'in_query':
      return member(filterable(scope, condition.path), nested(condition.query), condition.not)
    case 'in': {
      const path = filterable(scope, condition.path)
      const values = condition.operands.map(operand => operandValue(path, operand))
      return member(path, values, condition.not)
    }
    case 'compare':
      return comparison(scope, filterable(scope, condition.path), condition.operator, condition.operand)
  }
}

function filterable(scope: Scope, text: string): Path {
  const path = pathOf(scope, text)
  if (path.field.filterable) return path
  throw refusal(400, 'INVALID_FIELD', `field '${path.field.name}' can not be filtered in a query call`)
}

/** Texts are equal without regard to case, ids are not. */
function folded(path: Path, value: Value): Value {
  const exact = path.field.type === 'id' || path.field.type === 'reference' || path.field.caseSensitive
  return typeof value === 'string' && !exact ? value.toLowerCase() : value
}

function member(path: Path, values: readonly Value[], not: boolean): Test {
  const set = new Set(values.map(value => folded(path, value)))
  return record => set.has(folded(path, path.value(record))) !== not
}

function comparison(scope: Scope, path: Path, operator: Operator, operand: Operand): Test {
  if (operand.kind === 'period') return periodTest(scope, path, operator, String(operand.value))
  if (operator === 'LIKE') return likeTest(path, operand)
  const wanted = folded(path, operandValue(path, operand))
  if (operator === '=') return record => folded(path, path.value(record)) === wanted
  if (operator === '!=') return record => folded(path, path.value(record)) !== wanted
  if (wanted === null || path.field.type === 'boolean') {
    throw refusal(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${path.field.name} field`)
  }
  return record => {
    const value = folded(path, path.value(record))
    return value !== null && ordered(value, operator, wanted)
  }
}

function ordered(value: NonNullable<Value>, operator: Operator, wanted: NonNullable<Value>): boolean {
  if (operator === '<') return value < wanted
  if (operator === '<=') return value <= wanted
  return operator === '>' ? value > wanted : value >= wanted
}

function likeTest(path: Path, operand: Operand): Test {
  if (operand.kind !== 'string' || path.field.length === 0 || path.field.type === 'reference') {
    throw refusal(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${path.field.name} field`)
  }
  const source = String(operand.value).replace(/\\[%_]|[%_]|[\\^$.*+?()[\]{}|/]/g, found => {
    if (found === '%') return '[^]*'
    if (found === '_') return '[^]'
    return found.length === 2 ? found.charAt(1) : `\\${found}`
  })
  const pattern = new RegExp(`^${source}$`, 'i')
  return record => {
    const value = path.value(record)
    return typeof value === 'string' && pattern.test(value)
  }
}

/** The literal in the field's type; throws where it was not written as that type has to be. */
function operandValue(path: Path, operand: Operand): Value {
  const { field } = path
  if (operand.kind === 'null') return field.type === 'boolean' ? false : null
  if (operand.kind === 'period') throw wrongType(field.name, field.type)
  const wanted = literalKind(field.type, isNumber(field))
  if (operand.kind !== wanted) throw wrongType(field.name, field.type)
  if (field.type !== 'id' && field.type !== 'reference') return unescaped(operand.value)
  const id = parseId(String(operand.value))
  if (id === undefined)
    throw refusal(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${operand.value}`)
  return id
}

/** Outside LIKE an escaped wildcard is the character itself. */
function unescaped(value: Value): Value {
  return typeof value === 'string' ? value.replace(/\\([%_])/g, '$1') : value
}

function literalKind(type: string, numeric: boolean): Operand['kind'] {
  if (numeric) return 'number'
  return type === 'date' || type === 'datetime' || type === 'boolean' ? type : 'string'
}

function wrongType(name: string, type: string) {
  const how =
    literalKind(type, ['int', 'double', 'currency', 'percent'].includes(type)) === 'string'
      ? 'should be enclosed in quotes'
      : 'should not be enclosed in quotes'
  const message = `value of filter criterion for field '${name}' must be of type ${type === 'datetime' ? 'dateTime' : type} and ${how}`
  return refusal(400, 'INVALID_FIELD', message)
}

const DAY_MS = 86_400_000

/** A period of days, from its first moment to the one after its last. */
function periodTest({ org }: Scope, path: Path, operator: Operator, period: string): Test {
  const [word, days] = period.split(':')
  const today = Math.floor(org.clock.now() / DAY_MS)
  const span: Record<string, [number, number]> = {
    TODAY: [today, today + 1],
    YESTERDAY: [today - 1, today],
    TOMORROW: [today + 1, today + 2],
    LAST_N_DAYS: [today - Number(days), today + 1],
    NEXT_N_DAYS: [today + 1, today + 1 + Number(days)],
  }
  const [from, to] = span[word ?? ''] ?? [today, today + 1]
  if (path.field.type !== 'date' && path.field.type !== 'datetime')
    throw wrongType(path.field.name, path.field.type)
  const text = (day: number) => {
    const iso = new Date(day * DAY_MS).toISOString()
    return path.field.type === 'date' ? iso.slice(0, 10) : iso
  }
  const [first, after] = [text(from), text(to)]
  const tests: Partial<Record<Operator, (value: string) => boolean>> = {
    '=': value => value >= first && value < after,
    '!=': value => value < first || value >= after,
    '<': value => value < first,
    '<=': value => value < after,
    '>': value => value >= after,
    '>=': value => value >= first,
  }
  const test = tests[operator]
  if (test === undefined) throw refusal(400, 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator')
  return record => {
    const value = path.value(record)
    return typeof value === 'string' && test(value)
  }
}
