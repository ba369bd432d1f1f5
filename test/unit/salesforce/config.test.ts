import { expect, test } from 'vitest'
import connector from '../../../connectors/salesforce/index.ts'
import { secretsByMeta } from '../../../src/config/connector-config.ts'

const LOGIN = 'https://acme.my.salesforce.com'
const credentials = { type: 'client_credentials', client_id: 'app', client_secret: 'secret-1' }
const jwt = { type: 'jwt', client_id: 'app', username: 'oql@acme.com', private_key: 'secret-2' }
const refresh = {
  type: 'refresh_token',
  client_id: 'app',
  client_secret: 'secret-3',
  refresh_token: 'secret-4',
}

test('what is left out is what keeps owners, alerts and small work as they are', () => {
  expect(connector.config.parse({ login_url: LOGIN, auth: credentials })).toEqual({
    login_url: LOGIN,
    api_version: '68.0',
    auth: credentials,
    auto_assign: false,
    duplicate_rule_allow_save: true,
    bulk_threshold: 2000,
    closed_lead_statuses: ['Closed - Not Converted', 'Closed - Converted', 'Unqualified', 'Disqualified'],
  })
})

test.each([credentials, jwt, refresh])('$type: unknown and missing keys are refused', auth => {
  const accepts = (value: object) => connector.config.safeParse({ login_url: LOGIN, auth: value }).success
  expect(accepts(auth)).toBe(true)
  expect(accepts({ ...auth, password: 'x' })).toBe(false)
  for (const key of Object.keys(auth)) expect(accepts({ ...auth, [key]: undefined })).toBe(false)
})

test.each(['62', '59.0', 'v68.0', ''])('api_version %s is refused', api_version => {
  expect(connector.config.safeParse({ login_url: LOGIN, auth: jwt, api_version }).success).toBe(false)
})

test('every secret of every way to log in is marked', () => {
  const secrets = [credentials, jwt, refresh].flatMap(auth =>
    secretsByMeta(connector.config, { login_url: LOGIN, auth }),
  )
  expect(new Set(secrets)).toEqual(new Set(['secret-1', 'secret-2', 'secret-3', 'secret-4']))
})
