import { expect, test } from 'vitest'
import { candidateShown } from '../../../src/cli/candidate-shown.ts'

test.each([
  ['HubSpot', { name: 'Acme', domain: 'acme.com' }, { name: 'Acme', domain: 'acme.com' }],
  ['Salesforce', { Name: 'Acme', Website: null }, { name: 'Acme', Name: 'Acme', Website: null }],
  ['a CRM without a name for it', { name: null, domain: 'acme.com' }, { name: null, domain: 'acme.com' }],
])('a candidate of %s has an id and a name, by the same keys', (_crm, fields, shown) => {
  expect(JSON.stringify(candidateShown({ ...fields, remoteId: '7' }))).toBe(
    JSON.stringify({ remoteId: '7', ...shown }),
  )
})
