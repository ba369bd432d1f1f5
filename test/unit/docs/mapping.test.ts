import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { WRITES } from '../../../src/config/mapping.ts'
import { PERSON_VALUES } from '../../../src/config/when/condition-names.ts'
import { MAPPABLE } from '../../../src/domain/mappable.ts'
import { valuesTable, withValues } from './values-table.ts'

const page = readFileSync(shippedFile('docs/mapping.md'), 'utf8')

describe('docs/mapping.md', () => {
  test('has every value that a mapping may name, as the code has it (else: vitest run test/unit/docs -u)', async () => {
    await expect(withValues(page)).toMatchFileSnapshot(shippedFile('docs/mapping.md'))
    const cells = [...valuesTable().matchAll(/^\| (`\w+`[^|]*)\|/gm)].map(([, cell = '']) => cell)
    const names = cells.flatMap(cell => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    expect(names).toEqual([...MAPPABLE.keys(), ...PERSON_VALUES.keys()])
  })

  test('names every way of writing, and what stands there as YAML is YAML', () => {
    for (const write of WRITES) expect(page).toContain(`\`write: ${write}\``)
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    expect(blocks.length).toBeGreaterThan(2)
    for (const block of blocks) expect(parse(block.replaceAll('…', '{}'))).toBeTypeOf('object')
  })

  test('links to files that are there', () => {
    const links = [...page.matchAll(/\]\(([\w./-]+)\)/g)].map(([, file = '']) => file)
    expect(links.length).toBeGreaterThan(1)
    for (const file of links) expect(readFileSync(shippedFile(`docs/${file}`), 'utf8')).not.toBe('')
  })
})
