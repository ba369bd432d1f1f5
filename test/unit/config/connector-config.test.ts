import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConnectorEntry } from '../../../src/config/config.ts'
import { parseConnectorConfig, secretsByMeta } from '../../../src/config/connector-config.ts'
import { HUBSPOT, load, MAPPING, problemsOf, STORE } from './config-folder.ts'

const schema = z.strictObject({
  token: z.string().meta({ secret: true }),
  base_url: z.url().default('https://api.hubapi.com'),
  retries: z.int().default(3),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('jwt'), pem: z.string().meta({ secret: true }) }),
      z.strictObject({ type: z.literal('none') }),
    ])
    .optional(),
})

async function entryWith(config: string, env = {}): Promise<ConnectorEntry> {
  const text = STORE + HUBSPOT.replace(' config: {} ', `\n    config: ${config} `)
  const { hubspot } = (await load(text, { 'mappings/hubspot.yaml': MAPPING }, env)).connectors
  if (hubspot === undefined) throw new Error('the config has no connector hubspot')
  return hubspot
}

const parsing = async (entry: ConnectorEntry) => parseConnectorConfig(entry, schema)

test("a connector's own schema makes its config", async () => {
  const entry = await entryWith(`{ token: "\${T}", retries: "\${R}" }`, { T: 'abcdef', R: '5' })
  expect(await parsing(entry)).toEqual({ token: 'abcdef', base_url: 'https://api.hubapi.com', retries: 5 })
})

test('what it refuses is told with line and nearest key', async () => {
  const entry = await entryWith('{ base_ulr: x,\n      retries: many, auth: { type: jwt, pen: x } }')
  expect(await problemsOf(parsing(entry))).toEqual(
    [
      { file: 'oql.yaml', line: 7, key: 'connectors.hubspot.config.token', message: 'missing' },
      {
        file: 'oql.yaml',
        line: 8,
        key: 'connectors.hubspot.config.retries',
        message: 'must be a number, not a text',
      },
      { file: 'oql.yaml', line: 8, key: 'connectors.hubspot.config.auth.pem', message: 'missing' },
      {
        file: 'oql.yaml',
        line: 8,
        key: 'connectors.hubspot.config.auth.pen',
        message: 'unknown key',
        nearest: 'pem',
      },
      {
        file: 'oql.yaml',
        line: 7,
        key: 'connectors.hubspot.config.base_ulr',
        message: 'unknown key',
        nearest: 'base_url',
      },
    ].map(problem => expect.objectContaining(problem)),
  )
})

test('secrets are those that the schema marks', () => {
  expect(secretsByMeta(schema, { token: 'abc', base_url: 'x', auth: { type: 'jwt', pem: 'def' } })).toEqual([
    'abc',
    'def',
  ])
})
