import { time } from '../org/field-value.ts'
import type { Aggregate, Condition, Operand, Operator, Selected, SoqlQuery } from './soql-query.ts'
import { malformed, type Token, tokensOf } from './soql-token.ts'

/** Salesforce takes no longer queries. */
const MAX_SOQL_LENGTH = 100_000

/** Reads the part of SOQL that integrations send; throws MALFORMED_QUERY for the rest. */
export function parseSoql(soql: string): SoqlQuery {
  if (soql.length > MAX_SOQL_LENGTH)
    throw malformed(`SOQL statements cannot be longer than ${MAX_SOQL_LENGTH} characters`)
  const words = createWords(tokensOf(soql))
  const query = readQuery(words)
  if (words.peek().kind !== 'end') throw unexpected(words.peek())
  return query
}

interface Words {
  peek(): Token
  next(): Token
  /** Takes the word or symbol where it is next. */
  take(text: string): boolean
  need(text: string): void
  name(): string
}

function createWords(tokens: readonly Token[]): Words {
  let at = 0
  const end: Token = { kind: 'end', text: '<EOF>', at: 0 }
  const peek = () => tokens[at] ?? end
  const take = (text: string) => {
    const { kind, text: found } = peek()
    const fits = (kind === 'name' || kind === 'symbol') && found.toUpperCase() === text
    if (fits) at++
    return fits
  }
  return {
    peek,
    next: () => tokens[at++] ?? end,
    take,
    need: text => {
      if (!take(text)) throw unexpected(peek())
    },
    name: () => {
      const token = peek()
      if (token.kind !== 'name') throw unexpected(token)
      at++
      return token.text
    },
  }
}

const unexpected = ({ text }: Token) => malformed(`unexpected token: '${text}'`)

function readQuery(words: Words): SoqlQuery {
  words.need('SELECT')
  const select = readList(words, readSelected)
  words.need('FROM')
  const from = words.name()
  const where = words.take('WHERE') ? readOr(words) : null
  const groupBy = words.take('GROUP') ? readBy(words, one => one.name()) : []
  const orderBy = words.take('ORDER') ? readBy(words, readOrder) : []
  const limit = words.take('LIMIT') ? readCount(words) : null
  const offset = words.take('OFFSET') ? readCount(words) : 0
  return { select, from, where, groupBy, orderBy, limit, offset }
}

function readBy<T>(words: Words, read: (words: Words) => T): T[] {
  words.need('BY')
  return readList(words, read)
}

function readList<T>(words: Words, read: (words: Words) => T): T[] {
  const list = [read(words)]
  while (words.take(',')) list.push(read(words))
  return list
}

const AGGREGATES: readonly Aggregate[] = ['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'SUM', 'AVG']

function readSelected(words: Words): Selected {
  if (words.take('(')) {
    const query = readQuery(words)
    words.need(')')
    return { kind: 'children', query }
  }
  const path = words.name()
  if (!words.take('(')) return { kind: 'field', path }
  const call = AGGREGATES.find(name => name === path.toUpperCase())
  if (call === undefined && path.toUpperCase() !== 'FIELDS') throw malformed(`unknown function: ${path}`)
  const argument = words.peek().kind === 'name' ? words.name() : null
  words.need(')')
  if (call === undefined) return { kind: 'fields', which: argument ?? '' }
  if (argument === null && call !== 'COUNT') throw malformed(`${call} needs a field`)
  const aliased = words.peek().kind === 'name' && !/^(FROM)$/i.test(words.peek().text)
  return { kind: 'aggregate', call, path: argument, alias: aliased ? words.name() : null }
}

function readOrder(words: Words) {
  const path = words.name()
  const descending = words.take('DESC')
  if (!descending) words.take('ASC')
  // Nulls come first, whichever the direction, unless it says otherwise.
  const said = words.take('NULLS')
  const nullsLast = said && words.take('LAST')
  if (said && !nullsLast) words.need('FIRST')
  return { path, descending, nullsLast }
}

function readCount(words: Words): number {
  const { kind, text } = words.next()
  if (kind !== 'number' || !/^\d+$/.test(text)) throw malformed(`unexpected token: '${text}'`)
  return Number(text)
}

function readOr(words: Words): Condition {
  return readChain(words, 'or', readAnd)
}

function readAnd(words: Words): Condition {
  return readChain(words, 'and', readNot)
}

/** Mixing AND and OR without parentheses is an error in SOQL, not a matter of precedence. */
function readChain(words: Words, kind: 'and' | 'or', read: (words: Words) => Condition): Condition {
  const first = read(words)
  const parts = [first]
  let bare = first.kind === 'and' && words.peek().text.toUpperCase() === 'OR' && !closed.has(first)
  while (words.take(kind.toUpperCase())) {
    const part = read(words)
    bare ||= kind === 'or' && part.kind === 'and' && !closed.has(part)
    parts.push(part)
  }
  if (bare) throw malformed(`unexpected token: 'OR'`)
  return parts.length === 1 ? first : { kind, parts }
}

/** Conditions that stood in parentheses. */
const closed = new WeakSet<Condition>()

function readNot(words: Words): Condition {
  if (words.take('NOT')) return { kind: 'not', part: readNot(words) }
  if (!words.take('(')) return readComparison(words)
  const inner = readOr(words)
  words.need(')')
  closed.add(inner)
  return inner
}

const OPERATORS: readonly Operator[] = ['=', '!=', '<', '>', '<=', '>=', 'LIKE']

function readComparison(words: Words): Condition {
  const path = words.name()
  if (words.take('IN')) return readIn(words, path, false)
  if (words.take('NOT')) {
    words.need('IN')
    return readIn(words, path, true)
  }
  const token = words.next()
  const text = token.text === '<>' ? '!=' : token.text.toUpperCase()
  const operator = OPERATORS.find(one => one === text)
  if (operator === undefined || token.kind === 'string') throw unexpected(token)
  return { kind: 'compare', path, operator, operand: readOperand(words) }
}

function readIn(words: Words, path: string, not: boolean): Condition {
  words.need('(')
  const nested = words.peek().text.toUpperCase() === 'SELECT' && words.peek().kind === 'name'
  const condition: Condition = nested
    ? { kind: 'in_query', path, not, query: readQuery(words) }
    : { kind: 'in', path, not, operands: readList(words, readOperand) }
  words.need(')')
  return condition
}

function readOperand(words: Words): Operand {
  const token = words.next()
  switch (token.kind) {
    case 'string':
      return { kind: 'string', value: token.text }
    case 'number':
      return { kind: 'number', value: Number(token.text) }
    case 'date':
      return { kind: 'date', value: token.text }
    case 'datetime':
      return { kind: 'datetime', value: time(token.text) }
    case 'name':
      return readWord(token)
    default:
      throw unexpected(token)
  }
}

const PERIOD = /^(TODAY|YESTERDAY|TOMORROW|LAST_N_DAYS:\d+|NEXT_N_DAYS:\d+)$/i

function readWord(token: Token): Operand {
  const word = token.text.toUpperCase()
  if (word === 'NULL') return { kind: 'null', value: null }
  if (word === 'TRUE' || word === 'FALSE') return { kind: 'boolean', value: word === 'TRUE' }
  if (PERIOD.test(word)) return { kind: 'period', value: word }
  throw malformed(`unexpected token: '${token.text}'`)
}
