import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FieldMapping } from '../../../src/config/mapping.ts'
import { WRITES } from '../../../src/config/mapping.ts'
import type { Value } from '../../../src/domain/mappable.ts'
import { MAPPABLE } from '../../../src/domain/mappable.ts'
import type { Delivered, PlannedChange } from '../../../src/domain/planned-change.ts'
import { DIRECTIONS, RISKS, STAGES, TRENDS } from '../../../src/domain/stage.ts'
import { ALWAYS } from '../../../src/domain/when.ts'
import { planAccount, planRetired } from '../../../src/plan/account/plan-account.ts'
import { shapeOf } from '../../../src/plan/connector-plan.ts'
import { sameValue } from '../../../src/plan/fields/field-value.ts'
import { mappableValues } from '../../../src/plan/values/mappable-values.ts'
import { wantedValue } from '../../../src/plan/values/wanted-value.ts'
import { AS_OF, account, context, DAY_MS, link, linked, mapping, plan, value } from './situations.ts'

const date = fc.date({ min: new Date('2026-01-01'), max: AS_OF, noInvalidDate: true })
const points = fc.integer({ min: 0, max: 20_000 }).map(hundredths => hundredths / 100)

const accounts = fc
  .record({
    name: fc.option(fc.string({ minLength: 1, maxLength: 12 })),
    country: fc.constantFrom('DE', 'US', null),
    stage: fc.constantFrom(...STAGES),
    previousStage: fc.option(fc.constantFrom(...STAGES)),
    stageDirection: fc.constantFrom(...DIRECTIONS),
    risk: fc.option(fc.constantFrom(...RISKS)),
    trend: fc.option(fc.constantFrom(...TRENDS)),
    stageSince: date,
    firstSeen: date,
    lastSeen: date,
    points,
    score: points,
    reason: fc.string({ maxLength: 20 }),
    topArtifacts: fc.array(fc.constantFrom('server', 'cli'), { maxLength: 2 }),
  })
  .map(account)

const FIELD_NAMES = ['oql_a', 'oql_b', 'oql_c', 'oql_d', 'oql_e', 'oql_f', 'name']

const line: fc.Arbitrary<FieldMapping> = fc
  .record({
    from: fc.constantFrom(...MAPPABLE.keys()),
    to: fc.constantFrom(...FIELD_NAMES),
    write: fc.constantFrom(...WRITES),
    onNull: fc.constantFrom('clear' as const, 'keep' as const),
    trigger: fc.boolean(),
    minChange: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  })
  .map(({ from, to, ...over }) => value(from, to, over))

const plans = fc
  .record({
    fields: fc.uniqueArray(line, { minLength: 1, selector: one => one.to }),
    refreshAfterMs: fc.constantFrom(null, DAY_MS, 7 * DAY_MS),
    create: fc.constantFrom(null, { when: ALWAYS, as: 'companies' }),
    maxLength: fc.integer({ min: 5, max: 30 }),
  })
  .map(({ fields, refreshAfterMs, create, maxLength }) =>
    plan({
      mapping: mapping({ fields, refreshAfterMs, create, assign: [{ when: ALWAYS, owner: '7' }] }),
      fields: new Map([['companies', new Map([['oql_a', { type: 'text' as const, maxLength }]])]]),
    }),
  )

const heldValue: fc.Arbitrary<Value> = fc.constantFrom(
  null,
  'experimentation',
  40,
  '2026-06-01T00:00:00Z',
  'Acme',
)
const held = fc.record({
  fields: fc.dictionary(fc.constantFrom('oql_domain', ...FIELD_NAMES), heldValue),
  asOf: fc.option(date),
})
const standings = fc.oneof(
  fc.constant({ match: 'absent' as const }),
  fc
    .record({ delivered: fc.option(held), stamped: fc.boolean() })
    .map(({ delivered, stamped }) => linked({ delivered, link: link({ stamped }) })),
)

/** What the record holds once the change went through: candidates of `if_empty` only where it held nothing. */
function after(change: PlannedChange, before: Delivered | null, asOf: Date): Delivered {
  const written = Object.entries(change.fields)
    .filter(([name, { from }]) => !change.ifEmpty.includes(name) || from === null)
    .map(([name, { to }]): [string, Value] => [name, to])
  return { fields: { ...before?.fields, ...Object.fromEntries(written) }, asOf }
}

/** The change and what the record holds after it, where there is one. */
function planned(...[going, of, standing]: Parameters<typeof planAccount>) {
  const decision = planAccount(going, of, standing, null)
  if (decision.kind !== 'change') return null
  const before = standing.match === 'linked' ? standing.delivered : null
  return { change: decision.change, now: after(decision.change, before, going.context.asOf) }
}

const situations = fc.tuple(plans, accounts, standings)

describe('for any mapping, account and record', () => {
  test('planned again after it was delivered, a change is none', () => {
    fc.assert(
      fc.property(situations, ([going, of, standing]) => {
        const result = planned(going, of, standing, null)
        fc.pre(result !== null)
        const settled = linked({ delivered: result.now, link: link({ stamped: true }) })
        expect(planAccount(going, of, settled, null)).toEqual({ kind: 'unchanged' })
      }),
    )
  })

  test('only the mapping’s fields are written, and the key, and on create an owner and a name', () => {
    fc.assert(
      fc.property(situations, ([going, of, standing]) => {
        const result = planned(going, of, standing, null)
        fc.pre(result !== null)
        const allowed = new Set(going.mapping.fields.map(one => one.to)).add('oql_domain')
        if (result.change.action === 'create') allowed.add('hubspot_owner_id').add('name')
        expect(Object.keys(result.change.fields).filter(name => !allowed.has(name))).toEqual([])
      }),
    )
  })

  test('a write holds only real differences, and after it every `always` field is as wanted', () => {
    fc.assert(
      fc.property(situations, ([going, of, standing]) => {
        const result = planned(going, of, standing, null)
        fc.pre(result !== null)
        for (const one of going.mapping.fields.filter(({ write }) => write === 'always')) {
          const shape = shapeOf(going, 'companies', one)
          const wanted = wantedValue(one, shape, mappableValues(of, going.context))
          const keeps = wanted === undefined || (wanted === null && one.to === 'name')
          const field = result.change.fields[one.to]
          if (field !== undefined && !keeps) expect(sameValue(shape.type, field.from, field.to)).toBe(false)
          if (!keeps) expect(sameValue(shape.type, result.now.fields[one.to] ?? null, wanted)).toBe(true)
        }
      }),
    )
  })

  test('a stage move is always written, whatever `min_change` and `refresh_after` say', () => {
    const moves = fc.uniqueArray(fc.constantFrom(...STAGES), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(plans, accounts, moves, (going, of, [from = 'interest', to = 'interest']) => {
        const fields = [
          value('stage', 'oql_stage'),
          value('score', 'oql_score', { minChange: 1_000 }),
          ...going.mapping.fields,
        ]
        const watching = { ...going, mapping: mapping({ fields, refreshAfterMs: null }) }
        const before = planned(
          watching,
          { ...of, stage: from },
          linked({ link: link({ stamped: false }), delivered: null }),
          null,
        )
        const moved = { ...of, stage: to, stageSince: AS_OF, score: of.score + 0.01 }
        const later = { ...watching, context: context({ asOf: new Date(AS_OF.getTime() + 1) }) }
        const change = planned(later, moved, linked({ delivered: before?.now ?? null }), null)?.change
        expect(change?.priority).toBe(0)
        expect(change?.fields).toMatchObject({ oql_stage: { from, to }, oql_score: { to: moved.score } })
      }),
    )
  })

  test('what was cleared of a retired account is not cleared again', () => {
    fc.assert(
      fc.property(plans, held, fc.boolean(), (going, delivered, stamped) => {
        const decision = planRetired(going, linked({ delivered, link: link({ stamped }) }), null)
        fc.pre(decision.kind === 'change')
        expect(Object.values(decision.change.fields).every(({ to }) => to === null)).toBe(true)
        const cleared = linked({
          delivered: after(decision.change, delivered, AS_OF),
          link: link({ stamped: false }),
        })
        expect(planRetired(going, cleared, null)).toEqual({ kind: 'unchanged' })
      }),
    )
  })
})
