import { describe, expect, it } from 'vitest'
import type { Field } from '../../../src/contract/fields.ts'
import type { PlannedChange } from '../../../src/domain/planned-change.ts'
import { planRevert } from '../../../src/plan/account/plan-revert.ts'
import { plan as planOf, value } from './situations.ts'

const described = (...names: string[]): Map<string, Pick<Field, 'type' | 'writable'>> =>
  new Map(names.map(name => [name, { type: 'text', writable: true }]))

const mapping = {
  ...planOf().mapping,
  fields: [
    value('stage', 'oql_stage'),
    value('name', 'name'),
    value('domain', 'domain', { write: 'on_create' }),
    value('country', 'country', { write: 'if_empty' }),
  ],
}

const plan = {
  runId: 'r1',
  mapping,
  capabilities: { key: { companies: 'oql_domain' }, nameFields: { companies: ['name'] } },
  fields: described('oql_stage', 'name', 'domain', 'country', 'oql_domain'),
}

const written = (over: Partial<PlannedChange>): PlannedChange => ({
  connector: 'hubspot',
  kind: 'account',
  key: 'acme.com',
  domain: 'acme.com',
  object: 'companies',
  remoteId: '1',
  action: 'update',
  fields: {},
  ifEmpty: [],
  associate: [],
  why: '',
  priority: 1,
  ...over,
})

const revertOf = (over: Partial<PlannedChange>, held: Record<string, string | null>) =>
  planRevert(plan, written(over), { remoteId: '1', fields: held })

describe('a field that a run wrote', () => {
  const fields = { oql_stage: { from: 'interest', to: 'investigation' } }

  it.each([
    ['goes back where the CRM holds what was written', 'investigation', true, 0, 0],
    ['is back where the CRM holds what was there before', 'interest', false, 1, 0],
    ['is left alone where the CRM holds something else', 'inactive', false, 0, 1],
    ['is left alone where somebody emptied it', null, false, 0, 1],
  ] as const)('%s', (_, holds, isPlanned, back, leftAlone) => {
    const reverted = revertOf({ fields }, { oql_stage: holds })
    expect(reverted.change !== null).toBe(isPlanned)
    expect(Object.keys(reverted.back)).toHaveLength(back)
    expect(reverted.leftAlone).toHaveLength(leftAlone)
    if (isPlanned) expect(reverted.change?.fields).toEqual({ oql_stage: { from: holds, to: 'interest' } })
  })

  it('is left alone where the CRM does not have it any more', () => {
    const fields = { oql_old: { from: null, to: 'x' } }
    expect(revertOf({ fields }, {}).leftAlone).toEqual([{ field: 'oql_old', wrote: 'x', holds: undefined }])
  })

  it('keeps a name: a record can not be without one', () => {
    const fields = { name: { from: null, to: 'Acme' } }
    expect(revertOf({ fields }, { name: 'Acme' })).toMatchObject({
      change: null,
      leftAlone: [{ field: 'name' }],
    })
  })
})

describe('a field for empty records alone', () => {
  const ifEmpty = ['country']

  it('goes back where it was empty', () => {
    const fields = { country: { from: null, to: 'DE' } }
    expect(revertOf({ fields, ifEmpty }, { country: 'DE' }).change?.fields).toEqual({
      country: { from: 'DE', to: null },
    })
  })

  it('is not looked at where it was filled, or may have been', () => {
    const filled = { country: { from: 'DE', to: 'DE' } }
    const other = { country: { from: null, to: 'DE' } }
    const nothing = { change: null, back: {}, leftAlone: [] }
    expect(revertOf({ fields: filled, ifEmpty }, { country: 'DE' })).toEqual(nothing)
    expect(revertOf({ fields: other, ifEmpty }, { country: 'FR' })).toEqual(nothing)
  })
})

it('of a record that was made clears what is written always, and no name, key, or field of people', () => {
  const fields = Object.fromEntries(
    ['oql_stage', 'name', 'domain', 'country', 'oql_domain', 'hubspot_owner_id'].map(name => [
      name,
      { from: null, to: 'x' },
    ]),
  )
  const held = { oql_stage: 'x', name: 'x', domain: 'x', country: 'x', oql_domain: 'x' }
  const { change, leftAlone } = revertOf({ action: 'create', fields }, held)
  expect(change).toMatchObject({
    action: 'update',
    remoteId: '1',
    fields: { oql_stage: { from: 'x', to: null } },
  })
  expect(Object.keys(change?.fields ?? {})).toEqual(['oql_stage'])
  expect(leftAlone).toEqual([])
})
