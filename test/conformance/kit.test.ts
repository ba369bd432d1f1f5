import { describe, expect, test } from 'vitest'
import { checksOf } from '../../src/kit/index.ts'
import { BROKEN } from './broken-connectors.ts'
import { harness } from './example-connector/harness.ts'
import example from './example-connector/index.ts'

/** Leads are held to the same checks. */
const companies = { ...harness, subjects: harness.subjects.slice(0, 1) }

describe('a connector that breaks one promise is caught by its check alone', () => {
  test.each(BROKEN)('$check: $how', async ({ check, connector }) => {
    const caught = new Map<string, string[]>()
    for (const { id, run } of checksOf(connector, companies)) {
      const failures = await run()
      if (failures.length > 0) caught.set(id, failures)
    }
    expect([...caught.keys()], JSON.stringify([...caught], null, 1)).toEqual([check])
  })
})

test('every check has a connector that it catches', () => {
  const { capabilities } = example
  const without = { ...example, capabilities: { ...capabilities, schema: false } }
  const checks = [...checksOf(example, harness), ...checksOf(without, harness)]
  const caught = new Set(BROKEN.map(({ check }) => check))
  expect([...new Set(checks.map(({ id }) => id))].filter(id => !caught.has(id))).toEqual([])
})
