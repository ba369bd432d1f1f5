import { expect, test } from 'vitest'
import { load, placesOf, problemsOf, STORE } from './config-folder.ts'

test('a key written twice is told at its second line', async () => {
  expect(await problemsOf(load(`${STORE}data: a\nlog: { level: info }\ndata: b\n`))).toEqual([
    { file: 'oql.yaml', line: 7, key: 'data', message: 'written twice, first at line 5' },
  ])
})

test('text that is no YAML is told with its line, and nothing is made of the rest', async () => {
  expect(await placesOf(load('version: 1\nstore:\n  sources: [\nmodel: x\n'))).toContain('oql.yaml:4 ')
  expect(await placesOf(load('version: 1\nstore:\n  sources: [\nmodel: x\n'))).not.toContain(
    'oql.yaml:2 store.sources',
  )
})

test('anchors may be used again', async () => {
  const config = await load(`${STORE}segments:\n  a: &big { signals_30: ">= 100" }\n  b: *big\n`)
  expect(config.segments.b).toEqual(config.segments.a)
})

test.each([
  ['an anchor that is not there', 'segments: { a: *gone }\n', 'no anchor is called gone'],
  ['an alias inside its own anchor', 'segments: &all { a: *all }\n', 'the alias holds itself'],
])('%s is a fault', async (_, text, message) => {
  expect((await problemsOf(load(STORE + text))).map(problem => problem.message)).toContain(message)
})

test('aliases that multiply into billions of values are refused', async () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const items =
      level === 0
        ? 'x'
        : Array(9)
            .fill(`*l${level - 1}`)
            .join(', ')
    return `    l${level}: &l${level} [${items}]\n`
  })
  const text = `${STORE}connectors:\n  a:\n    config:\n${levels.join('').replaceAll('    l', '      l')}`
  expect((await problemsOf(load(text))).map(problem => problem.message)).toContain(
    'the file holds more than 100000 values',
  )
})

test('a key that would change the prototype of everything is unknown', async () => {
  expect(await placesOf(load(`${STORE}__proto__: { polluted: true }\n`))).toEqual(['oql.yaml:5 __proto__'])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})
