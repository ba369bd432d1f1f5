import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import connector from '../../../connectors/salesforce/index.ts'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { loadConnector } from '../../../src/delivery/session/load-connector.ts'
import { compareSchema } from '../../../src/plan/fields/compare-schema.ts'
import { wantedFields } from '../../../src/plan/fields/wanted-fields.ts'
import { countedCall, world } from './world.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'oql-salesforce-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function mapping() {
  const file = path.join(folder, 'oql.yaml')
  writeFileSync(
    file,
    `version: 1
store: { sources: [ { name: scarf, type: files, path: "*.csv" } ] }
connectors:
  salesforce: { use: salesforce, mapping: ${JSON.stringify(shippedFile('mappings/salesforce.yaml'))}, config: {} }
`,
  )
  const entry = (await loadConfig(file, {})).connectors.salesforce
  if (entry === undefined) throw new Error('no connector')
  return entry.mapping
}

const LABELS = {
  interest: 'Interest',
  investigation: 'Investigation',
  experimentation: 'Experimentation',
  ongoing_usage: 'Ongoing Usage',
  inactive: 'Inactive',
}

test('salesforce is built in', async () => {
  expect(await loadConnector('salesforce')).toBe(connector)
})

test('it writes fields of ours, and what people own on create alone', async () => {
  const { fields } = await mapping()
  const theirs = fields.filter(({ to }) => !/^OQL_\w+__c$/.test(to))
  expect(theirs.map(({ to, write }) => [to, write])).toEqual([
    ['Name', 'on_create'],
    ['Website', 'on_create'],
  ])
})

test('setup makes all that it needs: nothing is lacking afterwards', async () => {
  const { session } = await world()
  const wanted = wantedFields((await mapping()).fields, 'OQL_Domain__c', LABELS)
  const place = { connector: 'salesforce', object: 'Account' }
  const lacking = compareSchema(wanted, await session.describe('Account', countedCall()), place)
  expect(lacking.length).toBeGreaterThan(10)
  const needed = wanted.filter(({ name }) => lacking.some(({ field }) => field === name))
  const steps = await session.ensureSchema('Account', needed, countedCall())
  expect(steps.filter(({ done }) => !done)).toEqual([])
  expect(compareSchema(wanted, await session.describe('Account', countedCall()), place)).toEqual([])
})
