import { describe, expect, test } from 'vitest'
import { checksOf, conformance } from '../../src/kit/index.ts'
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

test('each check is registered as a test that fails with what it found', async () => {
  const broken = BROKEN.find(({ check }) => check === 'config-strict')
  if (broken === undefined) throw new Error('there is no such connector')
  const registered = new Map<string, () => Promise<void>>()
  conformance(broken.connector, harness, (name, run) => registered.set(name, run))
  expect(registered.size).toBe(checksOf(broken.connector, harness).length)
  const named = (part: string) => [...registered].find(([name]) => name.includes(part))?.[1]
  await expect(named('the config is strict')?.()).rejects.toThrow('an unknown key is taken')
  await expect(named('secrets of the config')?.()).resolves.toBeUndefined()
})
