import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RiskMemory, stepRisk } from '../../../src/domain/risk-step.ts'
import type { Risk } from '../../../src/domain/stage.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const DEMOTE_AFTER_MS = 7 * DAY_MS
const START = Date.UTC(2025, 5, 2)
const day = (days: number): Date => new Date(START + days * DAY_MS)

const RANKS = new Map<Risk | null, number>([
  [null, 0],
  ['medium', 1],
  ['high', 2],
])
const rank = (risk: Risk | null): number => RANKS.get(risk) ?? Number.NaN
const risk = fc.constantFrom<Risk | null>(null, 'medium', 'high')
const memory = fc.record({ risk, riskLowerSince: fc.constantFrom(null, day(-3), day(-6)) })

describe('stepRisk', () => {
  it('rises at once, from nothing remembered too', () => {
    fc.assert(
      fc.property(fc.option(memory, { nil: undefined }), risk, (remembered, called) => {
        fc.pre(rank(called) > rank(remembered?.risk ?? null))
        expect(stepRisk(remembered, called, 'investigation', day(0), DEMOTE_AFTER_MS)).toEqual({
          risk: called,
          riskLowerSince: null,
        })
      }),
    )
  })

  it('falls only after seven days of steps that call for less, to what the last of them calls for', () => {
    let held: RiskMemory = { risk: 'high', riskLowerSince: null }
    for (const days of [0, 3, 6.99]) {
      held = stepRisk(held, 'medium', 'ongoing_usage', day(days), DEMOTE_AFTER_MS)
      expect(held).toEqual({ risk: 'high', riskLowerSince: day(0) })
    }
    expect(stepRisk(held, null, 'ongoing_usage', day(7), DEMOTE_AFTER_MS)).toEqual({
      risk: null,
      riskLowerSince: null,
    })
  })

  it('starts to wait anew when a step calls for the held risk again', () => {
    const lower = stepRisk({ risk: 'medium', riskLowerSince: day(-6) }, 'medium', 'interest', day(0), 7)
    expect(lower).toEqual({ risk: 'medium', riskLowerSince: null })
    expect(stepRisk(lower, null, 'interest', day(1), DEMOTE_AFTER_MS)).toEqual({
      risk: 'medium',
      riskLowerSince: day(1),
    })
  })

  it('is null and forgotten once the account is inactive', () => {
    fc.assert(
      fc.property(memory, risk, (remembered, called) => {
        expect(stepRisk(remembered, called, 'inactive', day(0), DEMOTE_AFTER_MS)).toEqual({
          risk: null,
          riskLowerSince: null,
        })
      }),
    )
  })

  it('changes nothing when the same step is taken again', () => {
    fc.assert(
      fc.property(memory, risk, (remembered, called) => {
        const once = stepRisk(remembered, called, 'interest', day(0), DEMOTE_AFTER_MS)
        expect(stepRisk(once, called, 'interest', day(0), DEMOTE_AFTER_MS)).toEqual(once)
      }),
    )
  })
})
