import { expect, test } from 'vitest'
import { shownChange } from '../../../src/cli/planned-changes.ts'

test('a field for empty records alone stays away where the record has a value', () => {
  const shown = shownChange({
    connector: 'hubspot',
    kind: 'account',
    key: 'acme.com',
    domain: 'acme.com',
    object: 'companies',
    remoteId: '1',
    action: 'update',
    fields: {
      oql_stage: { from: 'interest', to: 'investigation' },
      industry: { from: 'SOFTWARE', to: 'X' },
      country: { from: null, to: 'DE' },
    },
    ifEmpty: ['industry', 'country'],
    associate: [],
    why: 'stage',
    priority: 0,
  })
  expect(shown).toEqual({
    connector: 'hubspot',
    domain: 'acme.com',
    remoteId: '1',
    action: 'update',
    fields: { oql_stage: { from: 'interest', to: 'investigation' }, country: { from: null, to: 'DE' } },
    why: 'stage',
  })
})
