import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Each layer and those that it may import (DESIGN.md): down the list only, never sideways but where it says so. */
const LAYERS: Readonly<Record<string, readonly string[]>> = (() => {
  const down = [
    'cli',
    'serve',
    'run',
    'workflow|delivery',
    'plan',
    'state|scoring',
    'store',
    'config',
    'contract|domain|clock.ts',
  ]
  const levels = down.map(level => level.split('|'))
  const below = (depth: number) => levels.slice(depth + 1).flat()
  const layers = levels.flatMap((level, depth) =>
    level.map((layer): [string, string[]] => [layer, below(depth)]),
  )
  return {
    ...Object.fromEntries(layers),
    cli: [...below(0), 'sample'],
    sample: ['store', 'domain'],
    connectors: ['contract'],
    kit: ['contract'],
  }
})()

/** Pure: they compute and touch nothing outside. */
const NO_IO = ['domain', 'plan']
const IO_MODULES =
  /^(node:(fs|net|http|https|child_process|sqlite|timers|dgram|tls|worker_threads)|kysely|@duckdb|@hubspot|jsforce)/

interface Import {
  from: string
  to: string
}

const sources = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'src', 'connectors'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter(file => file.endsWith('.ts'))

const texts = sources.map(file => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }))

const imports: Import[] = texts.flatMap(({ file, text }) =>
  [
    ...text.matchAll(
      /^(?:import|export)\b[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
    ),
  ].map(([, from, dynamic, bare]) => ({ from: file, to: from ?? dynamic ?? bare ?? '' })),
)

const layerOf = (file: string): string => {
  const [top = '', second = ''] = file.split('/')
  return top === 'connectors' ? 'connectors' : second
}

const resolved = ({ from, to }: Import): string => path.posix.join(path.posix.dirname(from), to)

/** Files that import each other in a loop, types included, each loop once; the order is that of the imports. */
function circlesOf(all: readonly Import[]): string[][] {
  const arrows = Map.groupBy(
    all.filter(({ to }) => to.startsWith('.')),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const circles: string[][] = []
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file)
    if (start >= 0) circles.push([...way.slice(start), file])
    if (start >= 0 || done.has(file)) return
    for (const one of arrows.get(file) ?? []) visit(resolved(one), [...way, file])
    done.add(file)
  }
  for (const file of arrows.keys()) visit(file, [])
  return circles
}

describe('the layers', () => {
  test('every source file is read, and almost every one imports something', () => {
    expect(texts.length).toBe(sources.length)
    expect(texts.length).toBeGreaterThan(150)
    const importing = new Set(imports.map(({ from }) => from))
    expect(importing.size).toBeGreaterThan(texts.length * 0.7)
    const statements = texts.reduce(
      (sum, { text }) => sum + (text.match(/^(?:import|export)\b.*\bfrom '/gm)?.length ?? 0),
      0,
    )
    expect(imports.length).toBeGreaterThanOrEqual(statements)
  })

  test('imports point down the list only', () => {
    const wrong = imports
      .filter(({ to }) => to.startsWith('.'))
      .map(one => ({ ...one, target: resolved(one) }))
      .filter(({ from, target }) => {
        const [own, other] = [layerOf(from), layerOf(target)]
        if (own === other) return false
        // Delivery alone loads connectors.
        if (other === 'connectors') return own !== 'delivery'
        return !(LAYERS[own] ?? []).includes(other)
      })
    expect(wrong).toEqual([])
  })

  test('a connector imports no other connector', () => {
    const wrong = imports
      .filter(({ from, to }) => from.startsWith('connectors/') && to.startsWith('.'))
      .filter(
        one =>
          resolved(one).startsWith('connectors/') && resolved(one).split('/')[1] !== one.from.split('/')[1],
      )
    expect(wrong).toEqual([])
  })

  test('no files import each other in a circle, not for a type either', () => {
    expect(
      circlesOf([...imports, { from: 'a.ts', to: './b.ts' }, { from: 'b.ts', to: './a.ts' }]),
    ).toContainEqual(['a.ts', 'b.ts', 'a.ts'])
    expect(
      circlesOf(imports),
      'Give what both need a file of its own: CONTRIBUTING.md, "The way through the house", says why',
    ).toEqual([])
  })

  test('plan and domain do no I/O', () => {
    expect(imports.filter(({ from, to }) => NO_IO.includes(layerOf(from)) && IO_MODULES.test(to))).toEqual([])
  })

  test('only delivery, workflow and the kit call a connector session', () => {
    const calling = texts.filter(({ text }) =>
      /\bsession\.(check|describe|ensureSchema|estimate|read|write|notify)\(/.test(text),
    )
    const outside = calling
      .map(({ file }) => file)
      .filter(file => !['delivery', 'workflow', 'connectors', 'kit'].includes(layerOf(file)))
    expect(calling.length).toBeGreaterThan(0)
    expect(outside).toEqual([])
  })
})
