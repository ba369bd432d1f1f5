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

test('every object that is linked or made can be looked up by its key, without a search', () => {
  const { capabilities } = connector
  const { key, readBy, leads, contacts, creates, idempotentCreates } = capabilities
  expect(key).toEqual({ companies: 'oql_domain' })
  const keys = { ...key, [leads?.object ?? '']: leads?.key, [contacts?.object ?? '']: contacts?.email }
  for (const object of creates) expect(readBy[object]).toContain(keys[object])
  expect(creates).toEqual(['companies', 'leads', 'contacts'])
  expect(idempotentCreates).toEqual(['companies'])
  expect(capabilities.nameFields).toEqual({ companies: ['name'], leads: ['hs_lead_name'] })
  expect(capabilities.alsoMatches).toEqual({ companies: { domain: ['hs_additional_domains'] } })
})
