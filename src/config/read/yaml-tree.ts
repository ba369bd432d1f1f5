import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { LEAST_SECRET_CHARACTERS } from '../../domain/redactor.ts'
import type { ConfigProblem } from '../config-error.ts'
import { hasReference, interpolate, type Sources } from './interpolation.ts'
import { type Path, showPath } from './parsed.ts'
import { secretsIn } from './secrets.ts'

/** A config file as plain values, with the line of each. */
export interface YamlTree {
  /** Absolute. */
  file: string
  /** As it is named in messages. */
  shown: string
  value: unknown
  /** The line of the key (or list item) at `path`; where there is none, of what opens the block that lacks it. */
  lineOf(path: Path): number
  /** Texts with references, by path: what was put in from outside the file. Never shown. */
  interpolated: ReadonlyMap<string, readonly string[]>
  /** Paths whose value could not be had; a fault of theirs is told already. */
  failed: ReadonlySet<string>
  secrets: readonly string[]
  /** Where a secret stands that is too short to be taken out of texts. */
  shortSecrets: readonly Pick<ConfigProblem, 'file' | 'line' | 'key'>[]
  problems: readonly ConfigProblem[]
  /** The text is YAML. Where it is not, `value` is a guess. */
  wellFormed: boolean
}

/** Aliases can nest into billions of values; no config comes near this many. */
const MAX_VALUES = 100_000

export const keyOf = (path: Path): string => JSON.stringify(path)

/** What is found on the way through a document. */
interface Reading {
  shown: string
  document: Document
  sources: Sources | null
  lineAt(offset: number): number
  lines: Map<string, number>
  interpolated: Map<string, readonly string[]>
  failed: Set<string>
  secrets: Set<string>
  shortSecrets: Pick<ConfigProblem, 'file' | 'line' | 'key'>[]
  problems: ConfigProblem[]
  /** Maps and lists around the value at hand: an alias to one of them would have no end. */
  open: Set<unknown>
  values: number
}

/**
 * Parses YAML, puts in references, and remembers where everything stood.
 * @param sources null leaves references as they stand
 */
export function readTree(text: string, file: string, shown: string, sources: Sources | null): YamlTree {
  const counter = new LineCounter()
  // Keys written twice are found on the way through, where their path is known.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false })
  const reading: Reading = {
    shown,
    document,
    sources,
    lineAt: offset => Math.max(1, counter.linePos(offset).line),
    lines: new Map(),
    interpolated: new Map(),
    failed: new Set(),
    secrets: new Set(),
    shortSecrets: [],
    problems: [],
    open: new Set(),
    values: 0,
  }
  for (const { message, pos } of document.errors) {
    reading.problems.push({
      file: shown,
      line: reading.lineAt(pos[0]),
      key: '',
      message: `not YAML: ${message}`,
    })
  }
  const value = readValue(reading, document.contents, []) ?? {}
  return {
    ...reading,
    file,
    value,
    lineOf: path => lineOf(reading, path),
    secrets: [...reading.secrets],
    wellFormed: document.errors.length === 0,
  }
}

function lineOf({ lines }: Reading, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(keyOf(path.slice(0, length)))
    if (line !== undefined) return line
  }
  return 1
}

function report(reading: Reading, path: Path, message: string, line = lineOf(reading, path)): void {
  reading.failed.add(keyOf(path))
  reading.problems.push({ file: reading.shown, line, key: showPath(path), message })
}

function readValue(reading: Reading, node: unknown, path: Path): unknown {
  reading.values++
  if (reading.values > MAX_VALUES) {
    if (reading.values === MAX_VALUES + 1)
      report(reading, path, `the file holds more than ${MAX_VALUES} values`)
    return null
  }
  if (isScalar(node)) return typeof node.value === 'string' ? textOf(reading, node.value, path) : node.value
  if (isAlias(node)) return aliasOf(reading, node.resolve(reading.document), node.source, path)
  if (!isMap(node) && !isSeq(node)) return null
  reading.open.add(node)
  const value = isSeq(node) ? listOf(reading, node.items, path) : mapOf(reading, node.items, path)
  reading.open.delete(node)
  return value
}

function aliasOf(reading: Reading, target: unknown, name: string, path: Path): unknown {
  if (target !== undefined && !reading.open.has(target)) return readValue(reading, target, path)
  report(reading, path, target === undefined ? `no anchor is called ${name}` : 'the alias holds itself')
  return null
}

function textOf(reading: Reading, written: string, path: Path): string {
  if (reading.sources === null) return written
  const references = hasReference(written)
  const { text, fetched, faults } = interpolate(written, reading.sources)
  for (const { message } of faults) report(reading, path, message)
  if (references)
    reading.interpolated.set(
      keyOf(path),
      fetched.map(({ value }) => value),
    )
  const isDefault = references && fetched.length === 0
  const found = secretsIn({ path, text, isDefault, fetched })
  for (const secret of found) reading.secrets.add(secret)
  if (found.some(secret => secret.length < LEAST_SECRET_CHARACTERS))
    reading.shortSecrets.push({ file: reading.shown, line: lineOf(reading, path), key: showPath(path) })
  return text
}

function listOf(reading: Reading, items: readonly unknown[], path: Path): unknown[] {
  return items.map((item, index) => {
    const at = [...path, index]
    reading.lines.set(keyOf(at), lineOfNode(reading, item))
    return readValue(reading, item, at)
  })
}

function mapOf(
  reading: Reading,
  items: readonly { key: unknown; value: unknown }[],
  path: Path,
): Record<string, unknown> {
  const map: Record<string, unknown> = {}
  for (const { key, value } of items) {
    const line = lineOfNode(reading, key)
    const name = isScalar(key) ? String(key.value) : ''
    const at = [...path, name]
    if (!isScalar(key)) report(reading, path, 'a key must be a text', line)
    else if (name === '__proto__') report(reading, at, 'unknown key', line)
    else if (Object.hasOwn(map, name)) {
      report(reading, at, `written twice, first at line ${lineOf(reading, at)}`, line)
    } else {
      reading.lines.set(keyOf(at), line)
      map[name] = readValue(reading, value, at)
    }
  }
  return map
}

const lineOfNode = ({ lineAt }: Reading, node: unknown): number =>
  lineAt((isNode(node) ? node.range?.[0] : undefined) ?? 0)
