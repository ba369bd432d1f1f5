import { describe, expect, test } from 'vitest'
import salesforce from '../../connectors/salesforce/index.ts'
import type { RemoteRecord, Session } from '../../src/contract/index.ts'
import { checksOf, conformance } from '../../src/kit/index.ts'
import { BROKEN } from './broken-connectors.ts'
import { harness } from './example-connector/harness.ts'
import example from './example-connector/index.ts'
import { salesforceHarness } from './salesforce-harness.ts'

type Breaking = (session: Session) => NonNullable<Session['becameOthers']>

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

describe('records that become another object’s are held to their check', () => {
  const leads = { ...salesforceHarness, subjects: salesforceHarness.subjects.slice(1) }
  const failuresOf = async (becameOthers: Breaking) => {
    const broken: typeof salesforce = {
      ...salesforce,
      open: async (config, tools) => {
        const session = await salesforce.open(config, tools)
        return { ...session, limits: session.limits, becameOthers: becameOthers(session) }
      },
    }
    const check = checksOf(broken, leads).find(({ id }) => id === 'read-became')
    if (check === undefined) throw new Error('there is no such check')
    return check.run()
  }
  const told = ({ becameOthers }: Session) => {
    if (becameOthers === undefined) throw new Error('Salesforce tells of converted leads')
    return becameOthers
  }
  const each =
    (change: (record: RemoteRecord) => RemoteRecord[]): Breaking =>
    session =>
      async function* (...given) {
        for await (const record of told(session)(...given)) yield* change(record)
      }

  test.each<[string, Breaking, RegExp | null]>([
    ['kept', told, null],
    ['tells of none', each(() => []), /is not told/],
    ['does not say which', each(({ askedId: _, ...record }) => [record]), /became it/],
    ['does not say what', each(({ object: _, ...record }) => [record]), /its object/],
    ['leaves out fields', each(record => [{ ...record, fields: {} }]), /missing/],
  ])('%s', async (_, breaking, failure) => {
    const failures = await failuresOf(breaking)
    if (failure === null) expect(failures).toEqual([])
    else expect(failures.join()).toMatch(failure)
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
