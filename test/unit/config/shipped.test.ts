import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { CRMS, type Crm } from '../../../src/config/init/chosen-connectors.ts'
import type { Preset } from '../../../src/config/init/init-files.ts'
import { initFiles } from '../../../src/config/init/init-files.ts'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { jsonSchemas, jsonSchemaText } from '../../../src/config/schema/json-schemas.ts'
import { folderWith } from './config-folder.ts'

const FILES = [
  ['config/oql.yaml', 'oql.v1.json'],
  ['config/oql.production.yaml', 'oql.v1.json'],
  ['config/model.yaml', 'model.v1.json'],
  ['mappings/hubspot.yaml', 'mapping.v1.json'],
  ['mappings/hubspot.scarf.yaml', 'mapping.v1.json'],
  ['mappings/salesforce.yaml', 'mapping.v1.json'],
  ['mappings/salesforce.scarf.yaml', 'mapping.v1.json'],
] as const

const textOf = (name: string): string => readFileSync(shippedFile(name), 'utf8')

test('the config that runs without one of your own reads the sample and writes to the sandboxes', async () => {
  const config = await loadConfig(shippedFile('config/oql.yaml'), {})
  const root = path.dirname(path.dirname(config.file))
  expect(config.store.sources).toMatchObject([
    { type: 'files', format: 'scarf_events', path: path.join(root, '.oql/sample/*.csv.gz') },
  ])
  expect(config.connectors.hubspot?.config).toEqual({
    token: 'pat-na1-sandbox-0000-0000',
    base_url: 'http://127.0.0.1:8788',
  })
  expect(config.connectors.salesforce?.config).toEqual({
    login_url: 'http://127.0.0.1:8789',
    api_version: '68.0',
    auth: {
      type: 'client_credentials',
      client_id: '3MVG9sandbox.client',
      client_secret: 'sandbox-client-secret',
    },
  })
  expect(config.dataDir).toBe(path.join(root, '.oql'))
  expect(config.state.url).toBe(`sqlite:${path.join(root, '.oql/state.db')}`)
  expect(config.secrets).toEqual([])
})

test('the config of a service has its guard on and takes its secrets from outside', async () => {
  const env = { HUBSPOT_TOKEN: 'pat-123456', SIGNALS_PATH: '/data/*.csv.gz' }
  const config = await loadConfig(shippedFile('config/oql.production.yaml'), env)
  expect(config.guard).toEqual({ maxStalenessMs: 3 * 86_400_000, maxStageMoves: 0.2 })
  expect(config.secrets).toEqual(['pat-123456'])
  await expect(loadConfig(shippedFile('config/oql.production.yaml'), {})).rejects.toThrow(
    /HUBSPOT_TOKEN is not set/,
  )
})

test('the HubSpot mapping writes properties of ours, and what people own on create alone', async () => {
  const { hubspot } = (await loadConfig(shippedFile('config/oql.yaml'), {})).connectors
  const fields = hubspot?.mapping.fields ?? []
  expect(
    fields.filter(field => !field.to.startsWith('oql_')).every(field => field.write === 'on_create'),
  ).toBe(true)
})

describe('JSON Schemas', () => {
  test.each(Object.entries(jsonSchemas()))(
    '%s is current (else: node src/config/schema/write-schemas.ts)',
    (name, schema) => {
      expect(textOf(`config/schemas/${name}`)).toBe(jsonSchemaText(schema))
    },
  )

  test.each(FILES)('%s names its own, and meets it', (name, schemaName) => {
    const [, written = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(textOf(name)) ?? []
    expect(path.join(path.dirname(name), written)).toBe(`config/schemas/${schemaName}`)
    const schema = z.fromJSONSchema(jsonSchemas()[schemaName] ?? false)
    expect(schema.safeParse(parse(textOf(name))).error).toBeUndefined()
  })

  test('refuse a key and a condition that do not exist', () => {
    const model = z.fromJSONSchema(jsonSchemas()['model.v1.json'] ?? false)
    const written = parse(textOf('config/model.yaml'))
    expect(model.safeParse({ ...written, windw_days: 3 }).success).toBe(false)
    expect(
      model.safeParse({ ...written, stages: { ...written.stages, inactive: { last_seen: 1 } } }).success,
    ).toBe(false)
  })
})

async function initFolder(crms?: readonly Crm[], preset?: Preset): Promise<string> {
  const folder = folderWith({})
  for (const [file, text] of await initFiles(folder, crms, preset)) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

test('what init writes is complete: it loads, with a model of its own', async () => {
  const folder = await initFolder()
  const model = path.join(folder, 'config/model.yaml')
  writeFileSync(model, readFileSync(model, 'utf8').replace('name: default', 'name: mine'))
  const config = await loadConfig(path.join(folder, 'config/oql.yaml'), {})
  expect(config.model.name).toBe('mine')
  expect(config.connectors.hubspot?.mappingFile).toBe(path.join(folder, 'mappings/hubspot.yaml'))
  for (const [name, schema] of FILES) {
    const [, written = ''] = /\$schema=(.+)\n/.exec(readFileSync(path.join(folder, name), 'utf8')) ?? []
    expect(readFileSync(path.join(folder, path.dirname(name), written), 'utf8')).toBe(
      textOf(`config/schemas/${schema}`),
    )
  }
})

test.each([
  { crms: undefined, connectors: ['hubspot'] },
  { crms: ['salesforce'], connectors: ['salesforce'] },
  { crms: CRMS, connectors: ['hubspot', 'salesforce'] },
] as const)('init leads to $connectors alone, in both configs', async ({ crms, connectors }) => {
  const folder = await initFolder(crms)
  const env = {
    SIGNALS_PATH: '/data/*.csv.gz',
    HUBSPOT_TOKEN: 'pat-123456',
    SF_LOGIN_URL: 'https://acme.my.salesforce.com',
    SF_CLIENT_ID: '3MVG9acme',
    SF_CLIENT_SECRET: 'secret-123456',
  }
  for (const name of ['config/oql.yaml', 'config/oql.production.yaml']) {
    expect(Object.keys((await loadConfig(path.join(folder, name), env)).connectors)).toEqual(connectors)
  }
})

test('init leads to the preset that was asked for, in the block that stands as comments too', async () => {
  const folder = await initFolder(['hubspot'], 'scarf')
  const file = path.join(folder, 'config/oql.yaml')
  const { connectors } = await loadConfig(file, {})
  expect(connectors.hubspot?.mappingFile).toBe(path.join(folder, 'mappings/hubspot.scarf.yaml'))
  expect(connectors.hubspot?.mapping.fields.map(({ to }) => to)).toContain('scarf_funnel_stage')
  expect(readFileSync(file, 'utf8')).toContain('mapping: ../mappings/salesforce.scarf.yaml')
})

describe.each(CRMS)('the mapping of %s, with what stands there as comments taken in', crm => {
  test('is one that loads: leads, people, and what a change starts', async () => {
    const folder = await initFolder([crm])
    const file = path.join(folder, 'mappings', `${crm}.yaml`)
    const written = readFileSync(file, 'utf8')
    writeFileSync(file, withExamples(written))
    const { connectors } = await loadConfig(path.join(folder, 'config/oql.yaml'), {})
    const { mapping } = connectors[crm] ?? {}
    expect(mapping?.leads?.againAfterMs).toBe(180 * 86_400_000)
    expect(mapping?.leads?.fallbackOwner).toMatch(/^\w+$/)
    expect(mapping?.people?.fields.map(({ from }) => from)).toEqual(['email'])
    const notes = crm === 'hubspot' ? ['task', 'note'] : ['task', 'event', 'note']
    expect(mapping?.onStageChange.map(({ type }) => type)).toEqual(notes)
    expect(mapping?.onRiskChange).toMatchObject([{ type: 'task', owner: 'record' }])
    expect(mapping?.assign).toHaveLength(1)
    expect(mapping?.match.prefer).toHaveLength(3)
  })

  test('has all that a record is worked by, and the triggers that DESIGN.md names', async () => {
    const folder = await initFolder([crm])
    const { connectors } = await loadConfig(path.join(folder, 'config/oql.yaml'), {})
    const fields = connectors[crm]?.mapping.fields ?? []
    expect(fields.map(({ from }) => from)).toEqual(expect.arrayContaining([...DEFAULT_VALUES]))
    const triggers = fields.filter(({ trigger, write }) => trigger && write === 'always')
    expect(triggers.map(({ from }) => from)).toEqual(['stage', 'score', 'risk'])
  })
})

/** What a mapping has that nobody shaped (issue 5). */
const DEFAULT_VALUES = [
  ...[
    'score',
    'stage',
    'stage_since',
    'previous_stage',
    'reason',
    'risk',
    'trend',
    'first_seen',
    'last_seen',
  ],
  ...['signals_30', 'actors_30', 'signals_wow', 'actors_wow', 'signals_mom', 'actors_mom'],
  ...['top_artifacts', 'console_url'],
] as const

/** Comments that are YAML lose their #; sentences stay comments. */
const withExamples = (text: string): string =>
  text.replaceAll(
    /^( *)# ((?: *)(?:- |skip:|prefer:|assign:|leads:|people:|on_\w+_change:|when:|again:|owner:|fallback_owner:|fields:))/gm,
    '$1$2',
  )

test('the block of a CRM that was not chosen comes to life as it was, by taking its # away', async () => {
  const file = path.join(await initFolder(['hubspot']), 'config/oql.yaml')
  const written = readFileSync(file, 'utf8')
  const [before = '', rest = ''] = written.split('  # salesforce:\n')
  writeFileSync(file, `${before}  salesforce:\n${rest.replaceAll(/^ {2}# {3}/gm, '    ')}`)
  const { connectors } = await loadConfig(file, {})
  const shipped = await loadConfig(shippedFile('config/oql.yaml'), {})
  expect(connectors.salesforce?.config).toEqual(shipped.connectors.salesforce?.config)
})
