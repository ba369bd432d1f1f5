import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import { calledStage } from '../../../src/domain/called-stage.ts'
import type { Facts } from '../../../src/domain/facts.ts'
import type { Stage } from '../../../src/domain/stage.ts'
import { type Condition, meets } from '../../../src/domain/when.ts'
import { judgedStages } from '../../../src/scoring/judged-stages.ts'
import { missingFor } from '../../../src/scoring/missing.ts'
import { shortfall } from '../../../src/scoring/shortfall.ts'
import { stageConditions } from '../../../src/scoring/stage-conditions.ts'
import { factsWith } from '../domain/facts-with.ts'

let model: Model
beforeAll(async () => {
  model = await loadModel(shippedFile('config/model.yaml'), {})
})

const called = (facts: Facts, points: number): Stage => calledStage(stageConditions(model), facts, points)

/** What is missing for an account with these facts that is in `stage`, by default the one called for. */
function missing(some: Partial<Facts>, points: number, stage?: Stage) {
  const facts = factsWith(some)
  const calledFor = called(facts, points)
  return missingFor(
    { stage: stage ?? calledFor, calledStage: calledFor },
    judgedStages(model, { facts, points }),
  )
}

const user: Partial<Facts> = { last_seen_days: 3, uses_90: 4, uses_60: 4 }

describe('what is missing', () => {
  test('the next stage up, by the alternative that is nearest as shares', () => {
    expect(missing(user, 38)).toEqual({
      stage: 'experimentation',
      conditions: [{ fact: 'points', needs: 'at least 40', actual: 38, by: 2 }],
    })
    expect(missing({ ...user, use_days_30: 2, views_30: 1 }, 15)).toEqual({
      stage: 'experimentation',
      conditions: [{ fact: 'views_30', needs: 'at least 2', actual: 1, by: 1 }],
    })
  })

  test('every condition of that alternative that does not hold, down as well as up', () => {
    expect(missing({ ...user, last_seen_days: 45 }, 38)?.conditions).toEqual([
      { fact: 'last_seen_days', needs: 'less than 30', actual: 45, by: -16 },
      { fact: 'points', needs: 'at least 40', actual: 38, by: 2 },
    ])
  })

  test('nothing at the top', () => {
    expect(missing({ ...user, use_weeks: 5 }, 80)).toBeNull()
  })

  test('an account that is held lacks what keeps its stage, at the top too', () => {
    expect(missing({ ...user, use_weeks: 4 }, 60, 'ongoing_usage')).toEqual({
      stage: 'ongoing_usage',
      conditions: [{ fact: 'points', needs: 'at least 70', actual: 60, by: 10 }],
    })
  })

  test('an inactive account lacks a signal, and wakes to what its other facts call for', () => {
    expect(missing({ last_seen_days: 75, uses_90: 1 }, 5)).toEqual({
      stage: 'investigation',
      conditions: [{ fact: 'last_seen_days', needs: 'less than 60', actual: 75, by: -16 }],
    })
    expect(missing({ last_seen_days: 200 }, 0)?.stage).toBe('interest')
  })

  test('with it, the account is called to that stage or higher', () => {
    const order: Stage[] = ['inactive', 'interest', 'investigation', 'experimentation', 'ongoing_usage']
    const count = fc.integer({ min: 0, max: 12 })
    const some = fc.record({
      last_seen_days: fc.integer({ min: 0, max: 100 }),
      uses_90: count,
      uses_60: count,
      use_days_30: count,
      views_30: count,
      views_60: count,
      use_weeks: count,
      view_week_streak: count,
      high_90: count,
      span_60: fc.integer({ min: 0, max: 59 }),
      span_90: fc.integer({ min: 0, max: 89 }),
    })
    const points = fc.integer({ min: 0, max: 9000 }).map(hundredths => hundredths / 100)
    fc.assert(
      fc.property(some, points, (facts, had) => {
        const before = called(factsWith(facts), had)
        const lacking = missing(facts, had)
        if (lacking === null) return before === 'ongoing_usage'
        const changed: Record<string, number> = { ...facts, points: had }
        for (const { fact, by } of lacking.conditions)
          changed[fact] = (changed[fact] ?? 0) + (by ?? Number.NaN)
        const { points: has = 0, ...then } = changed
        const after = called(factsWith(then), Math.round(has * 100) / 100)
        return lacking.conditions.length > 0 && order.indexOf(after) >= order.indexOf(lacking.stage)
      }),
    )
  })
})

describe('how far a condition is from holding', () => {
  test('the least change that makes it hold, and no less would do', () => {
    const comparison = fc.record({
      op: fc.constantFrom('>=', '>', '<=', '<', '!='),
      value: fc.integer({ min: 1, max: 4000 }).map(hundredths => hundredths / 100),
    })
    const fact = fc.constantFrom(['points', 0.01] as const, ['views_30', 1] as const)
    fc.assert(
      fc.property(fact, comparison, fc.nat({ max: 50 }), ([name, step], condition: Condition, actual) => {
        const { by } = shortfall(name, condition, actual)
        const near = (change: number) => Math.round((actual + change) * 100) / 100
        expect(meets(condition, near(by ?? Number.NaN))).toBe(true)
        if (by !== 0) expect(meets(condition, near((by ?? 0) - Math.sign(by ?? 0) * step))).toBe(false)
      }),
    )
  })

  test('a list is met by its nearest value; what has no amount says so', () => {
    expect(shortfall('uses_90', { op: 'oneOf', values: [1, 9, 4] }, 6)).toEqual({ by: -2, share: 2 / 6 })
    expect(shortfall('signals_mom', { op: '>=', value: 0.25 }, null)).toEqual({ by: null, share: 1 })
    expect(shortfall('signals_mom', { op: '=', value: null }, 0.5)).toEqual({ by: null, share: 1 })
  })
})
