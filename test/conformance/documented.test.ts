import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const HERE = import.meta.dirname
const PAGE = path.join(HERE, '../../docs/writing-a-connector.md')

/** What stands in the page by the package's name is by its path in here, and its lines break elsewhere. */
const asPublished = (text: string): string =>
  text
    .replace(/'(?:\.\.\/)+src\/(contract|kit)\/index\.ts'/g, "'oql-sync/$1'")
    .replace(/^import .*?from/gms, statement => statement.replace(/,?\s+/g, ' ').replaceAll(' }', '}'))

const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(
  ([, name = '', text = '']) => ({ name, text }),
)

test('the page for those who write a connector shows it whole', () => {
  const names = [
    'index',
    'capabilities',
    'client',
    'session',
    'check',
    'read',
    'write',
    'leads',
    'contacts',
    'owners',
    'notify',
    'schema',
    'bulk',
    'harness',
  ]
  expect(blocks.map(({ name }) => name).sort()).toEqual(
    [...names.map(name => `${name}.ts`), 'example.test.ts'].sort(),
  )
})

test.each(blocks)('the page shows $name as it is run', ({ name, text }) => {
  const folder = name.endsWith('.test.ts') ? '.' : 'example-connector'
  expect(asPublished(text)).toBe(asPublished(readFileSync(path.join(HERE, folder, name), 'utf8')))
})
