import { closest } from 'fastest-levenshtein'
import type { z } from 'zod'
import type { ConfigProblem } from '../config-error.ts'
import { isList, isMap, type Path, showPath, valueAt } from './parsed.ts'
import { keyOf, type YamlTree } from './yaml-tree.ts'

export type Validated<T> = { value: T } | { problems: readonly ConfigProblem[] }

/**
 * The value at `base` of a file, as `schema` makes it, or everything that is wrong with it. Texts that came from the
 * environment are taken as numbers or booleans where the schema wants these.
 */
export function validate<T>(tree: YamlTree, schema: z.ZodType<T>, base: Path = []): Validated<T> {
  const input = structuredClone(valueAt(tree.value, base))
  const knownKeys = new WeakMap<object, readonly string[]>()
  const parse = () => schema.safeParse(input, { error: issue => rememberKeys(issue, knownKeys) })
  let result = parse()
  if (!result.success && convertInterpolated(tree, base, input, result.error.issues)) result = parse()
  if (result.success) return { value: result.data }
  return {
    problems: result.error.issues.flatMap(issue => problemsOf(issue, { tree, base, input, knownKeys })),
  }
}

interface Context {
  tree: YamlTree
  base: Path
  input: unknown
  knownKeys: WeakMap<object, readonly string[]>
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

/** An issue about unknown keys does not say which are known; the schema that raised it does. */
function rememberKeys(issue: RawIssue, knownKeys: WeakMap<object, readonly string[]>): undefined {
  if (issue.code !== 'unrecognized_keys') return
  const definition: unknown = valueAt(issue.inst, ['_zod', 'def'])
  const shape = valueAt(definition, ['shape'])
  const names: unknown = valueAt(definition, ['keyType', '_zod', 'values'])
  if (isMap(shape)) knownKeys.set(issue.keys, Object.keys(shape))
  else if (names instanceof Set) knownKeys.set(issue.keys, [...names].map(String))
}

/** True where a text from the environment was replaced by the number or boolean that was wanted. */
function convertInterpolated(
  tree: YamlTree,
  base: Path,
  input: unknown,
  issues: readonly z.core.$ZodIssue[],
): boolean {
  const changed = issues.map(issue => {
    if (issue.code !== 'invalid_type' || !tree.interpolated.has(keyOf([...base, ...issue.path]))) return false
    const holder: unknown = valueAt(input, issue.path.slice(0, -1))
    const value = asWanted(issue.expected, valueAt(input, issue.path))
    if (value === undefined || typeof holder !== 'object' || holder === null) return false
    return Reflect.set(holder, issue.path.at(-1) ?? '', value)
  })
  return changed.includes(true)
}

function asWanted(expected: string, text: unknown): number | boolean | undefined {
  if (typeof text !== 'string') return undefined
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  const isNumber = (expected === 'number' || expected === 'int') && /^-?\d+(\.\d+)?$/.test(text)
  return isNumber ? Number(text) : undefined
}

function problemsOf(issue: z.core.$ZodIssue, context: Context): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = context.knownKeys.get(issue.keys) ?? []
    return issue.keys.map(key => {
      const nearest = known.length > 0 ? closest(key, [...known]) : undefined
      return problemAt([...issue.path, key], 'unknown key', nearest, context)
    })
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return bestBranch(issue.errors, valueAt(context.input, issue.path)).flatMap(inner =>
      problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, context),
    )
  }
  const path = [...context.base, ...issue.path]
  if (context.tree.failed.has(keyOf(path))) return []
  const { message, nearest } = wordsFor(issue, valueAt(context.input, issue.path))
  return [problemAt(issue.path, message, nearest, context)]
}

/** Of the forms that a value may take, the one that it comes closest to: the right type, then the fewest faults. */
function bestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
  value: unknown,
): readonly z.core.$ZodIssue[] {
  const cost = (branch: readonly z.core.$ZodIssue[]) => {
    const isOtherType = branch.some(issue => issue.path.length === 0 && isTypeFault(issue, value))
    const faults = branch.map(issue => (issue.code === 'unrecognized_keys' ? issue.keys.length : 1))
    return isOtherType ? Number.MAX_SAFE_INTEGER : faults.reduce((sum, count) => sum + count, 0)
  }
  return branches.toSorted((left, right) => cost(left) - cost(right))[0] ?? []
}

const isTypeFault = (issue: z.core.$ZodIssue, value: unknown): boolean =>
  issue.code === 'invalid_type' ||
  (issue.code === 'invalid_value' && issue.values.every(wanted => typeof wanted !== typeof value))

function problemAt(
  path: Path,
  message: string,
  nearest: string | undefined,
  { tree, base }: Context,
): ConfigProblem {
  const whole = [...base, ...path]
  return {
    file: tree.shown,
    line: tree.lineOf(whole),
    key: showPath(whole),
    message: withoutInterpolated(message, whole, tree),
    ...(nearest === undefined ? {} : { nearest }),
  }
}

/** What came from the environment may be a secret, whatever its key is called. */
function withoutInterpolated(message: string, path: Path, { interpolated }: YamlTree): string {
  const values = [...interpolated].flatMap(([key, fetched]) => {
    const at: unknown = JSON.parse(key)
    return isList(at) && at.every((step, index) => index >= path.length || path[index] === step)
      ? fetched
      : []
  })
  return values.filter(value => value !== '').reduce(withoutValue, message)
}

/** Leaves out a value and, where the message quotes only a part of it, that part. */
function withoutValue(message: string, value: string): string {
  return message
    .replaceAll(value, '…')
    .replaceAll(value.trim() || value, '…')
    .replace(/"([^"]+)"|\{\{(.+?)\}\}/g, (quoted, text?: string, name?: string) =>
      value.includes(text ?? name ?? '') ? '"…"' : quoted,
    )
}

function wordsFor(
  issue: z.core.$ZodIssue,
  value: unknown,
): { message: string; nearest?: string | undefined } {
  if (issue.code === 'custom') {
    const nearest: unknown = issue.params?.nearest
    return { message: issue.message, nearest: typeof nearest === 'string' ? nearest : undefined }
  }
  if (value === undefined) return { message: 'missing' }
  if (!issue.message.startsWith('Invalid ') && !issue.message.startsWith('Too '))
    return { message: issue.message }
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int') return { message: 'must be a whole number' }
      return { message: `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}, not ${typeWord(value)}` }
    case 'invalid_value':
      return oneOf(issue.values.map(String), value)
    case 'invalid_union':
      return oneOf('options' in issue ? (issue.options ?? []).map(String) : [], value)
    case 'too_small':
      return { message: boundary(issue.origin, 'at least', issue.minimum, issue.inclusive) }
    case 'too_big':
      return { message: boundary(issue.origin, 'at most', issue.maximum, issue.inclusive) }
    default:
      return { message: issue.message }
  }
}

function oneOf(options: readonly string[], value: unknown): { message: string; nearest?: string } {
  const list = options.map(option => `"${option}"`).join(', ')
  const message = options.length === 1 ? `must be ${list}` : `must be one of ${list}`
  return typeof value === 'string' && options.length > 0
    ? { message, nearest: closest(value, [...options]) }
    : { message }
}

function boundary(origin: string, side: string, limit: number | bigint, inclusive = true): string {
  if (origin === 'string' || origin === 'array') {
    if (side === 'at least' && limit === 1) return 'must not be empty'
    return `must have ${side} ${limit} ${origin === 'string' ? 'characters' : 'items'}`
  }
  if (!inclusive) return `must be ${side === 'at least' ? 'more' : 'less'} than ${limit}`
  return `must be ${side} ${limit}`
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}

function typeWord(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (isList(value)) return 'a list'
  if (isMap(value)) return 'a map'
  return TYPE_WORDS[typeof value] ?? typeof value
}
