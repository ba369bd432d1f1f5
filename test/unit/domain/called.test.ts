import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calledRisk } from '../../../src/domain/called-risk.ts'
import { calledStage, type StageConditions } from '../../../src/domain/called-stage.ts'
import { growth } from '../../../src/domain/growth.ts'
import { trendOf } from '../../../src/domain/trend.ts'
import { factsWith } from './facts-with.ts'

describe('calledStage', () => {
  const conditions: StageConditions = new Map([
    ['inactive', [{ last_seen_days: { op: '>=', value: 60 } }]],
    [
      'ongoing_usage',
      [
        { points: { op: '>=', value: 70 }, use_weeks: { op: '>=', value: 4 } },
        { use_weeks: { op: '>=', value: 6 }, span_90: { op: '>=', value: 60 } },
      ],
    ],
  ])

  it('is the first whose conditions hold, in the order of the model', () => {
    const user = factsWith({ use_weeks: 4, last_seen_days: 59 })
    expect(calledStage(conditions, user, 70)).toBe('ongoing_usage')
    expect(calledStage(conditions, { ...user, last_seen_days: 60 }, 70)).toBe('inactive')
    expect(calledStage(conditions, user, 69.99)).toBe('interest')
    expect(calledStage(conditions, factsWith({ use_weeks: 6, span_90: 60 }), 0)).toBe('ongoing_usage')
    expect(calledStage(conditions, factsWith({ use_weeks: 6, span_90: 59 }), 0)).toBe('interest')
  })

  it('throws for a condition on what is no fact, instead of never holding', () => {
    const wrong: StageConditions = new Map([['inactive', [{ visits_30: { op: '>=', value: 1 } }]]])
    expect(() => calledStage(wrong, factsWith({}), 0)).toThrow('visits_30')
  })
})

describe('calledRisk', () => {
  const rule = { high: 0.5, medium: 0.75, minBase: 3, minDrop: 2 }
  const risk = (now: number, before: number) =>
    calledRisk(rule, factsWith({ use_days_30: now, use_days_90: now + before }), 'ongoing_usage')

  it('weighs the use days of the last 30 days against the mean of the 60 before', () => {
    expect(risk(4, 16)).toBe('high')
    expect(risk(5, 16)).toBe('medium')
    expect(risk(6, 16)).toBe('medium')
    expect(risk(7, 16)).toBeNull()
  })

  it('needs a base and a drop', () => {
    expect(risk(0, 5)).toBeNull()
    expect(risk(0, 6)).toBe('high')
    expect(risk(3, 8)).toBeNull()
    expect(risk(1, 6)).toBe('high')
    expect(risk(2, 7)).toBeNull()
  })

  it('is null for an inactive account', () => {
    expect(calledRisk(rule, factsWith({ use_days_90: 60 }), 'inactive')).toBeNull()
  })
})

describe('trendOf', () => {
  const asOf = new Date('2025-07-31T13:00:00Z')
  const old = new Date('2025-01-01T00:00:00Z')

  it('is new from the border of the thirtieth day on', () => {
    const facts = factsWith({ signals_30: 1 })
    expect(trendOf(facts, new Date('2025-07-01T00:00:00Z'), 'interest', asOf)).toBe('new')
    expect(trendOf(facts, new Date('2025-06-30T23:59:59.999Z'), 'interest', asOf)).toBe('rising')
  })

  it.each([
    [0.25, 5, 'rising'],
    [0.2499, 5, 'steady'],
    [-0.2499, 5, 'steady'],
    [-0.25, 5, 'falling'],
    [null, 5, 'rising'],
    [null, 0, 'steady'],
  ])('with growth %s and %s signals is %s', (signals_mom, signals_30, trend) => {
    expect(trendOf(factsWith({ signals_mom, signals_30 }), old, 'interest', asOf)).toBe(trend)
  })

  it('is null for an inactive account', () => {
    expect(trendOf(factsWith({ signals_mom: 1 }), asOf, 'inactive', asOf)).toBeNull()
  })
})

describe('growth', () => {
  it.each([
    [3, 2, 0.5],
    [1, 3, -0.6667],
    [0, 7, -1],
    [20001, 20000, 0.0001],
    [19999, 20000, -0.0001],
    [40001, 40000, 0],
    [0, 0, null],
    [5, 0, null],
  ])('of %s after %s is %s', (now, before, expected) => {
    expect(growth(now, before)).toBe(expected)
  })

  it('is within half of the last place, and a half goes away from zero', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 1_000_000 }), (now, before) => {
        const scaled = BigInt(Math.round((growth(now, before) ?? Number.NaN) * 10_000))
        const exact = BigInt(now - before) * 10_000n
        const error = 2n * (scaled * BigInt(before) - exact)
        const away = exact < 0n ? -error : error
        expect(away > -BigInt(before) && away <= BigInt(before)).toBe(true)
      }),
    )
  })
})
