import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calledRisk } from '../../../src/domain/called-risk.ts'
import { calledStage, type StageConditions } from '../../../src/domain/called-stage.ts'
import { COUNT_FACTS, type Facts, RATIO_FACTS } from '../../../src/domain/facts.ts'
import { growth } from '../../../src/domain/growth.ts'
import { stepRisk } from '../../../src/domain/risk-step.ts'
import { RISKS, STAGES, type Stage } from '../../../src/domain/stage.ts'
import { stepStage } from '../../../src/domain/stage-step.ts'
import { trendOf as domainTrend } from '../../../src/domain/trend.ts'
import type { Comparison, Condition, When } from '../../../src/domain/when.ts'
import { fromDate } from '../../reference/calendar.ts'
import { riskCalledFor, stageCalledFor, trendOf } from '../../reference/called-for.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { ratio } from '../../reference/facts.ts'
import type { ConditionsLiteral } from '../../reference/model-literal.ts'
import { step } from '../../reference/step.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const DEMOTE_AFTER_DAYS = 7
const START = Date.UTC(2025, 5, 2)
const RISK_RULE = { high: 0.5, medium: 0.75, minBase: 3, minDrop: 2 }

/** Small counts and the values around the model's limits, so that conditions hold and fail. */
const count = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(28, 29, 30, 55, 56, 59, 60, 61))
const growthFact = fc.constantFrom(null, -1, -0.25, -0.2499, 0, 0.2499, 0.25, 3)
const counts = (of: fc.Arbitrary<number>) =>
  fc.array(of, { minLength: COUNT_FACTS.length, maxLength: COUNT_FACTS.length })
const facts: fc.Arbitrary<Facts> = fc
  .tuple(
    // Where nearly nothing happened, no condition but the rest holds.
    fc.oneof(counts(count), counts(fc.constantFrom(0, 0, 1))),
    fc.array(growthFact, { minLength: RATIO_FACTS.length, maxLength: RATIO_FACTS.length }),
  )
  .map(
    ([whole, ratios]) =>
      Object.fromEntries([
        ...COUNT_FACTS.map((name, index) => [name, whole[index]]),
        ...RATIO_FACTS.map((name, index) => [name, ratios[index]]),
      ]) as Facts,
  )
const points = fc.constantFrom(0, 0.25, 9.99, 10, 39.75, 40, 69.99, 70, 240)
const stage = fc.constantFrom(...STAGES)
const risk = fc.constantFrom(null, ...RISKS)

const isComparison = (op: string | undefined): op is Comparison =>
  ['>=', '>', '<=', '<', '!=', '='].includes(op ?? '')

/** The default model's literal conditions, in the shape that the product reads them into. */
const CONDITIONS: StageConditions = new Map(
  STAGES.toReversed().flatMap((name): [Stage, When][] => {
    const literal = DEFAULT_MODEL.stages[name]
    if (literal === undefined) return []
    return [[name, (Array.isArray(literal) ? literal : [literal]).map(conditionsOf)]]
  }),
)

function conditionsOf(all: ConditionsLiteral): Record<string, Condition> {
  return Object.fromEntries(
    Object.entries(all).map(([name, text]): [string, Condition] => {
      const [op, value] = String(text).split(' ')
      if (!isComparison(op)) throw new Error(`${name}: ${text} is no comparison`)
      return [name, { op, value: Number(value) }]
    }),
  )
}

const NOBODY = {
  domain: 'acme.com',
  name: null,
  country: null,
  firstSeen: new Date(0),
  lastSeen: new Date(0),
}

type Memory = NonNullable<Parameters<typeof stepStage>[0]> & NonNullable<Parameters<typeof stepRisk>[0]>

function stepBoth(
  known: Memory | undefined,
  called: Stage,
  calledFor: (typeof RISKS)[number] | null,
  at: Date,
) {
  const staged = stepStage(known, called, at, DEMOTE_AFTER_DAYS * DAY_MS)
  return { ...staged, ...stepRisk(known, calledFor, staged.stage, at, DEMOTE_AFTER_DAYS * DAY_MS) }
}

describe('the product and the reference agree', () => {
  it('on the stage called for', () => {
    const reached = new Set<Stage>()
    fc.assert(
      fc.property(facts, points, (some, sum) => {
        const called = calledStage(CONDITIONS, some, sum)
        reached.add(called)
        expect(called).toBe(stageCalledFor({ ...some, points: sum }, DEFAULT_MODEL))
      }),
      { numRuns: 2000 },
    )
    expect(reached).toEqual(new Set(STAGES))
  })

  it('on the risk called for and the trend', () => {
    const asOf = new Date(START + DAY_MS / 2)
    const firstSeen = fc.constantFrom(0, 29, 30, 31).map(days => new Date(START - days * DAY_MS))
    fc.assert(
      fc.property(facts, stage, firstSeen, fc.boolean(), (some, at, first, isEarlier) => {
        const seen = new Date(first.getTime() - Number(isEarlier))
        expect(calledRisk(RISK_RULE, some, at)).toBe(riskCalledFor(some, at, DEFAULT_MODEL))
        expect(domainTrend(some, seen, at, asOf)).toBe(trendOf(some, fromDate(seen), at, asOf))
      }),
      { numRuns: 1000 },
    )
  })

  it('on growth', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50_000 }), fc.nat({ max: 50_000 }), (now, before) => {
        expect(growth(now, before)).toBe(ratio(now, before))
      }),
      { numRuns: 2000 },
    )
  })

  it('on every step of a long walk', () => {
    const path = fc.array(fc.record({ called: stage, risk, hours: fc.integer({ min: 0, max: 100 }) }), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(path, steps => {
        let ours: ReturnType<typeof stepBoth> | undefined
        let theirs: Parameters<typeof step>[0]
        let at = START
        for (const { called, risk: calledRiskNow, hours } of steps) {
          at += hours * 60 * 60 * 1000
          ours = stepBoth(ours, called, calledRiskNow, new Date(at))
          const stepped = step(theirs, called, calledRiskNow, new Date(at), DEMOTE_AFTER_DAYS)
          expect(ours).toEqual(stepped)
          theirs = { ...NOBODY, ...stepped }
        }
      }),
    )
  })
})
