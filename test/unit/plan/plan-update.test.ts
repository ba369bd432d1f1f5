import { describe, expect, test } from 'vitest'
import { PRIORITIES } from '../../../src/domain/planned-change.ts'
import { planAccount } from '../../../src/plan/account/plan-account.ts'
import {
  AS_OF,
  account,
  changeOf,
  constant,
  context,
  DAY_MS,
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

const withFields = (...fields: typeof FIELDS) => plan({ mapping: mapping({ fields }) })

test('a record that holds what it should costs no write', () => {
  expect(planAccount(plan(), account(), linked(), null)).toEqual({ kind: 'unchanged' })
})

describe('triggers', () => {
  test('a stage move is written with all that differs, first of all', () => {
    const moved = account({ stageSince: AS_OF, direction: 'up', score: 53, reason: '53 points' })
    const decision = planAccount(
      plan(),
      moved,
      linked({ delivered: delivered({ oql_stage: 'investigation' }) }),
      null,
    )
    expect(writes(decision)).toEqual({
      oql_stage: 'experimentation',
      oql_score: 53,
      oql_reason: '53 points',
      oql_stage_since: '2026-11-24',
    })
    expect(changeOf(decision)).toMatchObject({
      action: 'update',
      remoteId: '1',
      why: 'stage investigation → experimentation',
      priority: PRIORITIES.stageChange,
    })
  })

  test('a move that an earlier run could not deliver still counts', () => {
    const moved = account({ stageSince: daysBefore(1), direction: null, score: 53 })
    const onlyScore = withFields(value('score', 'oql_score', { minChange: 5 }))
    const decision = planAccount(onlyScore, moved, linked({ delivered: delivered({}, daysBefore(2)) }), null)
    expect(writes(decision)).toEqual({ oql_score: 53 })
  })

  test('a move lifts `min_change` even where the stage itself only rides along', () => {
    const lazy = withFields(
      value('stage', 'oql_stage', { trigger: false }),
      value('score', 'oql_score', { minChange: 5 }),
    )
    const moved = account({ stage: 'ongoing_usage', stageSince: AS_OF, score: 53 })
    expect(writes(planAccount(lazy, moved, linked(), null))).toEqual({
      oql_stage: 'ongoing_usage',
      oql_score: 53,
    })
  })

  test('a score below `min_change` waits, against the value last delivered', () => {
    const at = (score: number) => planAccount(plan(), account({ score }), linked(), null)
    expect(at(56.99)).toEqual({ kind: 'unchanged' })
    expect(changeOf(at(57)).why).toBe('score 52 → 57')
    expect(changeOf(at(47))).toMatchObject({ priority: PRIORITIES.scoreMove })
  })

  test('`min_change` is not fooled by floating point', () => {
    const fine = withFields(value('score', 'oql_score', { minChange: 0.2 }))
    const held = linked({ delivered: delivered({ oql_score: 0.1 }) })
    expect(0.3 - 0.1).toBeLessThan(0.2)
    expect(writes(planAccount(fine, account({ score: 0.3 }), held, null))).toEqual({ oql_score: 0.3 })
  })

  test('a risk alone is worth a write, and what differs rides along', () => {
    const decision = planAccount(
      plan(),
      account({ risk: 'high', score: 53, reason: 'quiet' }),
      linked(),
      null,
    )
    expect(writes(decision)).toEqual({ oql_risk: 'high', oql_score: 53, oql_reason: 'quiet' })
    expect(changeOf(decision).why).toBe('risk none → high')
  })

  test('a rider waits; with `trigger: true` it does not', () => {
    const changed = account({ reason: 'another' })
    expect(planAccount(plan(), changed, linked(), null)).toEqual({ kind: 'unchanged' })
    const eager = withFields(value('reason', 'oql_reason', { trigger: true }))
    expect(writes(planAccount(eager, changed, linked(), null))).toEqual({ oql_reason: 'another' })
  })

  test('`trigger: false` makes a rider of a stage, score or risk', () => {
    const lazy = withFields(value('stage', 'oql_stage', { trigger: false }))
    const moved = account({ stage: 'ongoing_usage', stageSince: AS_OF })
    expect(planAccount(lazy, moved, linked(), null)).toEqual({ kind: 'unchanged' })
  })
})

describe('refresh', () => {
  const restated = account({ reason: 'another', score: 53 })
  const lastWritten = (days: number) => linked({ delivered: delivered({}, daysBefore(days)) })

  test('riders that differ, and a score below `min_change`, are written once they are due', () => {
    expect(planAccount(plan(), restated, lastWritten(6.99), null)).toEqual({ kind: 'unchanged' })
    const decision = planAccount(plan(), restated, lastWritten(7), null)
    expect(writes(decision)).toEqual({ oql_reason: 'another', oql_score: 53 })
    expect(changeOf(decision)).toMatchObject({ why: 'refresh after 7d', priority: PRIORITIES.refresh })
  })

  test('what does not differ is not written, however old', () => {
    expect(planAccount(plan(), account(), lastWritten(25), null)).toEqual({ kind: 'unchanged' })
  })

  test('`never` is never', () => {
    const never = plan({ mapping: mapping({ refreshAfterMs: null }) })
    expect(planAccount(never, restated, lastWritten(25), null)).toEqual({ kind: 'unchanged' })
  })

  test('it goes by the runs’ `as_of`, not by a clock', () => {
    const later = plan({ context: context({ asOf: new Date(AS_OF.getTime() + 6 * DAY_MS) }) })
    expect(changeOf(planAccount(later, restated, lastWritten(1), null)).why).toBe('refresh after 7d')
  })
})

describe('fields', () => {
  test('null clears what is there and writes nothing where nothing is', () => {
    const was = linked({ delivered: delivered({ oql_risk: 'high' }) })
    expect(changeOf(planAccount(plan(), account(), was, null)).fields).toEqual({
      oql_risk: { from: 'high', to: null },
    })
    const more = withFields(...FIELDS, value('industry', 'oql_industry', { trigger: true }))
    expect(planAccount(more, account(), linked(), null)).toEqual({ kind: 'unchanged' })
  })

  test('`on_null: keep` leaves what is there', () => {
    const keep = withFields(value('risk', 'oql_risk', { onNull: 'keep' }))
    const was = linked({ delivered: delivered({ oql_risk: 'high' }) })
    expect(planAccount(keep, account(), was, null)).toEqual({ kind: 'unchanged' })
  })

  test('values are translated; one without a translation is never sent', () => {
    const values = { experimentation: 'Evaluating', inactive: 'Lost' }
    const funnel = withFields(value('stage', 'funnel', { values }))
    expect(writes(planAccount(funnel, account(), linked(), null))).toEqual({ funnel: 'Evaluating' })
    const untold = account({ stage: 'interest', stageSince: AS_OF })
    expect(
      planAccount(funnel, untold, linked({ delivered: delivered({ funnel: 'Evaluating' }) }), null),
    ).toEqual({
      kind: 'unchanged',
    })
  })

  test('a name like one of Object’s own has no translation', () => {
    const country = withFields(value('country', 'land', { values: { DE: 'Germany' }, trigger: true }))
    expect(planAccount(country, account({ country: 'constructor' }), linked(), null)).toEqual({
      kind: 'unchanged',
    })
  })

  test('they take the form of the CRM’s field', () => {
    const companies = new Map([
      ['oql_stage_since', { type: 'date' as const }],
      ['oql_reason', { type: 'text' as const, maxLength: 3 }],
    ])
    const fresh = linked({ link: link({ stamped: false }), delivered: null })
    const decision = planAccount(
      plan({ fields: new Map([['companies', companies]]) }),
      account(),
      fresh,
      null,
    )
    expect(writes(decision)).toMatchObject({ oql_stage_since: '2026-10-25', oql_reason: '52' })
  })

  test('`on_create` is never written on a record that is there', () => {
    const once = withFields(constant('Open source', 'lead_source', { write: 'on_create' }), ...FIELDS)
    const fresh = linked({ link: link({ stamped: false }), delivered: null })
    expect(writes(planAccount(once, account(), fresh, null))).not.toHaveProperty('lead_source')
  })

  test('`if_empty` rides along as a candidate at every write, and is alone worth none', () => {
    const filling = withFields(...FIELDS, value('country', 'country', { write: 'if_empty' }))
    expect(planAccount(filling, account(), linked(), null)).toEqual({ kind: 'unchanged' })
    const decision = planAccount(
      filling,
      account({ score: 60 }),
      linked({ delivered: delivered({ country: 'US' }) }),
      null,
    )
    expect(changeOf(decision)).toMatchObject({
      fields: { oql_score: { from: 52, to: 60 }, country: { from: 'US', to: 'DE' } },
      ifEmpty: ['country'],
    })
  })

  test('`if_empty` counts on first sight of a record whose field is empty', () => {
    const filling = withFields(...FIELDS, value('country', 'country', { write: 'if_empty' }))
    const at = (country: string | null) =>
      planAccount(filling, account(), linked({ delivered: delivered({ country }, null) }), null)
    expect(changeOf(at(null))).toMatchObject({
      ifEmpty: ['country'],
      fields: { country: { from: null, to: 'DE' } },
    })
    expect(at('US')).toEqual({ kind: 'unchanged' })
  })

  test('a constant rides along until it is there', () => {
    const source = withFields(constant('Open source', 'oql_source'), ...FIELDS)
    expect(writes(planAccount(source, account({ score: 60 }), linked(), null))).toEqual({
      oql_source: 'Open source',
      oql_score: 60,
    })
  })

  test('a record keeps its name where ours is not known', () => {
    const named = withFields(value('name', 'name', { trigger: true }))
    const was = linked({ delivered: delivered({ name: 'acme.com' }) })
    expect(planAccount(named, account({ name: null }), was, null)).toEqual({ kind: 'unchanged' })
  })
})

describe('the key', () => {
  test('is put on a newly matched record, which alone is worth a write', () => {
    const matched = linked({
      link: link({ stamped: false }),
      delivered: delivered({ oql_domain: null }, null),
    })
    const decision = planAccount(plan(), account(), matched, null)
    expect(changeOf(decision)).toMatchObject({
      fields: { oql_domain: { from: null, to: 'acme.com' } },
      why: 'first link',
      priority: PRIORITIES.create,
    })
  })

  test('after a lost state the CRM’s own values leave nothing to write', () => {
    const found = linked({ link: link({ by: 'key' }), delivered: delivered({ oql_score: '52' }, null) })
    expect(planAccount(plan(), account(), found, null)).toEqual({ kind: 'unchanged' })
  })

  test('goes to the account that speaks now', () => {
    const taken = linked({ delivered: delivered({ oql_domain: 'acme.org' }) })
    const decision = planAccount(plan(), account(), taken, null)
    expect(changeOf(decision).fields).toEqual({ oql_domain: { from: 'acme.org', to: 'acme.com' } })
    expect(changeOf(decision).why).toContain('acme.org')
  })
})

test('an update goes to the object that the link names', () => {
  const lead = linked({ link: link({ object: 'leads' }), delivered: delivered({ oql_stage: 'interest' }) })
  expect(changeOf(planAccount(plan(), account(), lead, null)).object).toBe('leads')
})
