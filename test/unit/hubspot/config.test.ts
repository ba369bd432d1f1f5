import { expect, test } from 'vitest'
import { z } from 'zod'
import connector from '../../../connectors/hubspot/index.ts'

test('the token is all that is needed, and is marked as a secret', () => {
  expect(connector.config.parse({ token: 'pat-1' })).toEqual({
    token: 'pat-1',
    base_url: 'https://api.hubapi.com',
  })
  expect(z.toJSONSchema(connector.config, { io: 'input' })).toMatchObject({
    properties: { token: { secret: true } },
    additionalProperties: false,
    required: ['token'],
  })
})

test.each([
  {},
  { token: '' },
  { token: 'pat-1', tokn: 'x' },
  { token: 'pat-1', base_url: 'api.hubapi.com' },
  { token: 'pat-1', base_url: 'ftp://api.hubapi.com' },
])('%j is refused', config => {
  expect(connector.config.safeParse(config).success).toBe(false)
})

test('every object of the capabilities has its key, its name and fields to be looked up by', () => {
  const { capabilities } = connector
  for (const object of capabilities.objects) {
    expect(capabilities.readBy[object]).toContain(capabilities.key[object])
    expect(capabilities.nameFields[object]).toEqual(['name'])
    expect(capabilities.idempotentCreates).toContain(object)
  }
  expect(capabilities.alsoMatches).toEqual({ companies: { domain: ['hs_additional_domains'] } })
})
