import { describe, expect, test } from 'vitest'
import type { When } from '../../../src/domain/when.ts'
import { planAccount, planRetired } from '../../../src/plan/account/plan-account.ts'
import { fieldsHash } from '../../../src/plan/fields/fields-hash.ts'
import {
  account,
  changeOf,
  constant,
  context,
  daysBefore,
  delivered,
  FIELDS,
  link,
  linked,
  mapping,
  plan,
  value,
  writes,
} from './situations.ts'

const STAGES_TO_MAKE: When = [{ stage: { op: 'oneOf', values: ['experimentation', 'ongoing_usage'] } }]
const ABSENT = { match: 'absent' } as const

describe('an account without a record', () => {
  const fields = [
    ...FIELDS,
    value('name', 'name', { write: 'on_create' }),
    value('domain', 'domain', { write: 'on_create' }),
    value('country', 'country', { write: 'if_empty' }),
    constant('Open source', 'lead_source', { write: 'on_create' }),
  ]
  const creating = (over = {}) =>
    plan({ mapping: mapping({ fields, create: { when: STAGES_TO_MAKE, as: 'companies' }, ...over }) })

  test('is made with all that has a value, and with the key', () => {
    const decision = planAccount(creating(), account(), ABSENT, null)
    expect(writes(decision)).toEqual({
      oql_domain: 'acme.com',
      oql_stage: 'experimentation',
      oql_score: 52,
      oql_reason: '52 points',
      oql_stage_since: '2026-10-25',
      name: 'Acme',
      domain: 'acme.com',
      country: 'DE',
      lead_source: 'Open source',
    })
    expect(changeOf(decision)).toMatchObject({ action: 'create', remoteId: null, ifEmpty: [], priority: 1 })
  })

  test('takes its domain for a missing name', () => {
    expect(writes(planAccount(creating(), account({ name: null }), ABSENT, null)).name).toBe('acme.com')
    const lead = creating({ create: { when: STAGES_TO_MAKE, as: 'leads' } })
    const decision = planAccount(lead, account(), ABSENT, null)
    expect(changeOf(decision).object).toBe('leads')
    expect(writes(decision)).toMatchObject({ last_name: 'acme.com', company: 'acme.com' })
  })

  test('takes as much of its domain for a name as the field holds', () => {
    const fields = new Map([['leads', new Map([['last_name', { type: 'text' as const, maxLength: 4 }]])]])
    const lead = { ...creating({ create: { when: STAGES_TO_MAKE, as: 'leads' } }), fields }
    expect(writes(planAccount(lead, account(), ABSENT, null))).toMatchObject({
      last_name: 'acme',
      company: 'acme.com',
      oql_domain: 'acme.com',
    })
  })

  test('goes to the first owner whose `when` holds', () => {
    const assign = [
      { when: [{ country: { op: '=', value: 'US' } }] as When, owner: '1' },
      { when: [{ country: { op: '=', value: 'DE' } }] as When, owner: '2' },
      { when: [{}] as When, owner: '3' },
    ]
    const owner = (country: string | null) =>
      writes(planAccount(creating({ assign }), account({ country }), ABSENT, null)).hubspot_owner_id
    expect([owner('DE'), owner(null)]).toEqual(['2', '3'])
    expect(writes(planAccount(creating(), account(), ABSENT, null))).not.toHaveProperty('hubspot_owner_id')
  })

  test('passes over an owner who left: the next line that holds decides, and after the last nobody', () => {
    const assign = ['1', '2'].map(owner => ({ when: [{}] as When, owner }))
    const owner = (...gone: string[]) => {
      const creates = { ...creating({ assign }), ownersGone: new Set(gone) }
      return writes(planAccount(creates, account(), ABSENT, null)).hubspot_owner_id
    }
    expect([owner(), owner('1'), owner('1', '2')]).toEqual(['1', '2', undefined])
  })

  test('is left alone where `create` does not hold, or is left out', () => {
    const absent = { kind: 'skipped', reason: 'absent' }
    expect(planAccount(creating(), account({ stage: 'interest' }), ABSENT, null)).toEqual(absent)
    expect(planAccount(plan(), account(), ABSENT, null)).toEqual(absent)
  })
})

describe('an account that is not written', () => {
  test.each([
    [{ match: 'ambiguous' }, { kind: 'ambiguous' }],
    [{ match: 'ignored' }, { kind: 'skipped', reason: 'ignored' }],
    [{ match: 'unknown' }, { kind: 'skipped', reason: 'unknown' }],
  ] as const)('%j', (standing, decision) => {
    expect(planAccount(plan(), account(), standing, null)).toEqual(decision)
  })

  test('shares its record with a better one', () => {
    const beside = linked({ speaks: false, delivered: delivered({ oql_stage: 'interest' }) })
    expect(planAccount(plan(), account(), beside, null)).toEqual({ kind: 'shared' })
  })

  test('is outside of `only`, by segment', () => {
    const pilot = plan({
      only: [{ segment: { op: 'oneOf', values: ['big'] } }],
      segments: { big: [{ score: { op: '>=', value: 60 } }] },
    })
    const stale = linked({ delivered: delivered({ oql_stage: 'interest' }) })
    expect(planAccount(pilot, account(), stale, null)).toEqual({ kind: 'skipped', reason: 'out_of_scope' })
    expect(planAccount(pilot, account({ score: 60 }), stale, null).kind).toBe('change')
  })
})

describe('a change that was refused', () => {
  const stale = linked({ delivered: delivered({ oql_stage: 'interest' }) })
  const hash = fieldsHash(changeOf(planAccount(plan(), account(), stale, null)), mapping())

  test.each([
    ['open', 'rejected'],
    ['dismissed', 'dismissed'],
  ] as const)('is not sent again while it is the same: %s', (status, reason) => {
    expect(planAccount(plan(), account(), stale, { fieldsHash: hash, status })).toEqual({
      kind: 'skipped',
      reason,
    })
  })

  test('is sent once it differs, or somebody asks', () => {
    const other = account({ score: 80 })
    expect(planAccount(plan(), other, stale, { fieldsHash: hash, status: 'dismissed' }).kind).toBe('change')
    expect(planAccount(plan(), account(), stale, { fieldsHash: hash, status: 'retry' }).kind).toBe('change')
  })

  test('does not differ by the run’s `as_of`, by the order of its fields or by what the record holds', () => {
    const fields = [value('stage', 'oql_stage'), value('points', 'oql_points'), value('as_of', 'oql_as_of')]
    const at = (asOf: Date, lines: typeof fields) => {
      const going = plan({ mapping: mapping({ fields: lines }), context: context({ asOf }) })
      return fieldsHash(changeOf(planAccount(going, account(), stale, null)), going.mapping)
    }
    expect(at(daysBefore(0), fields)).toBe(at(daysBefore(0.5), fields.toReversed()))
    const held = linked({ delivered: delivered({ oql_stage: 'inactive' }) })
    expect(fieldsHash(changeOf(planAccount(plan(), account(), held, null)), mapping())).toBe(hash)
  })

  test('does not differ by candidates of `if_empty` that delivery dropped', () => {
    const fields = [...FIELDS, value('country', 'country', { write: 'if_empty' })]
    const filling = plan({ mapping: mapping({ fields }) })
    const change = changeOf(planAccount(filling, account(), stale, null))
    const { country, ...kept } = change.fields
    expect(country?.to).toBe('DE')
    const sent = { ...change, fields: kept, ifEmpty: [] }
    const rejected = { fieldsHash: fieldsHash(sent, filling.mapping), status: 'open' } as const
    expect(planAccount(filling, account(), stale, rejected)).toEqual({ kind: 'skipped', reason: 'rejected' })
  })
})

describe('a retired account', () => {
  const fields = [
    ...FIELDS,
    value('name', 'name'),
    value('domain', 'domain'),
    value('country', 'country', { write: 'if_empty' }),
    constant('Open source', 'lead_source', { write: 'on_create' }),
  ]
  const retiring = plan({ mapping: mapping({ fields }), only: [] })
  const held = { name: 'Acme', domain: 'acme.com', country: 'DE', lead_source: 'Open source' }

  test('has what was written `always` cleared, and its key', () => {
    const decision = planRetired(retiring, linked({ delivered: delivered(held) }), null)
    expect(writes(decision)).toEqual({
      oql_domain: null,
      oql_stage: null,
      oql_score: null,
      oql_reason: null,
      oql_stage_since: null,
    })
    expect(changeOf(decision)).toMatchObject({ action: 'retire', remoteId: '1', domain: 'acme.com' })
  })

  test('is cleared once', () => {
    const first = changeOf(planRetired(retiring, linked({ delivered: delivered(held) }), null))
    const cleared = Object.fromEntries(Object.keys(first.fields).map(name => [name, null]))
    const again = linked({ link: link({ stamped: false }), delivered: delivered({ ...held, ...cleared }) })
    expect(planRetired(retiring, again, null)).toEqual({ kind: 'unchanged' })
  })

  test('leaves a record alone that another account speaks for', () => {
    expect(planRetired(retiring, linked({ speaks: false }), null)).toEqual({ kind: 'shared' })
  })

  test('without a record there is nothing to clear', () => {
    expect(planRetired(retiring, { match: 'ambiguous' }, null)).toEqual({
      kind: 'skipped',
      reason: 'retired',
    })
  })
})
