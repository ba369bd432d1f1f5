import { refusal } from '../rest/refusal.ts'

export type Token =
  | { kind: 'name'; text: string; at: number }
  | { kind: 'symbol'; text: string; at: number }
  | { kind: 'string'; text: string; at: number; raw: string }
  | { kind: 'number'; text: string; at: number }
  | { kind: 'date'; text: string; at: number }
  | { kind: 'datetime'; text: string; at: number }
  | { kind: 'end'; text: string; at: number }

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/i
const DATE = /^\d{4}-\d{2}-\d{2}/
const NUMBER = /^[+-]?\d+(?:\.\d+)?/
const NAME = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*(?::\d+)?/
const SYMBOL = /^(?:!=|<>|<=|>=|[=<>(),])/
const SPACE = /^\s+/

/** The words of a SOQL query; throws MALFORMED_QUERY where there is none. */
export function tokensOf(soql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < soql.length) {
    // Long IN lists make long queries: a slice of bounded length keeps this linear.
    const rest = soql.slice(at, at + MAX_WORD)
    const space = SPACE.exec(rest)?.[0]
    if (space !== undefined) {
      at += space.length
      continue
    }
    const token = rest.startsWith("'") ? stringAt(soql, at) : wordAt(rest, at)
    tokens.push(token)
    at += token.kind === 'string' ? token.raw.length : token.text.length
  }
  tokens.push({ kind: 'end', text: '<EOF>', at })
  return tokens
}

/** No name, number or date is longer. */
const MAX_WORD = 400

function wordAt(rest: string, at: number): Token {
  for (const [kind, pattern] of [
    ['datetime', DATE_TIME],
    ['date', DATE],
    ['number', NUMBER],
    ['name', NAME],
    ['symbol', SYMBOL],
  ] as const) {
    const text = pattern.exec(rest)?.[0]
    if (text !== undefined) return { kind, text, at }
  }
  throw malformed(`unexpected token: '${rest.charAt(0)}'`)
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function stringAt(soql: string, start: number): Token {
  let text = ''
  for (let at = start + 1; at < soql.length; at++) {
    const character = soql.charAt(at)
    if (character === "'") return { kind: 'string', text, at: start, raw: soql.slice(start, at + 1) }
    if (character !== '\\') {
      text += character
      continue
    }
    const next = soql.charAt(++at)
    // `\%` and `\_` stay escaped: only LIKE knows what they are.
    if (next === '%' || next === '_') text += `\\${next}`
    else if (ESCAPES[next] !== undefined) text += ESCAPES[next]
    else if (next === "'" || next === '"' || next === '\\') text += next
    else throw malformed(`Illegal string literal: invalid escape \\${next}`)
  }
  throw malformed('unterminated string literal')
}

export function malformed(message: string) {
  return refusal(400, 'MALFORMED_QUERY', message)
}
