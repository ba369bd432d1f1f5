import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEFT_OUT_REASONS } from '../../../src/domain/signal.ts'
import { STAGES, TRENDS } from '../../../src/domain/stage.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import { scenarios } from '../../reference/random-scenarios.ts'
import { manySignals } from '../../reference/random-signals.ts'
import { type Reference, reference } from '../../reference/reference.ts'

const FREE_MAIL = ['gmail.com', 'yahoo.co.uk']
/** Fixed, so that what the sets reach does not change from run to run. */
const SEED = 20250602

describe('random scenarios', () => {
  const results = fc
    .sample(scenarios(FREE_MAIL), { seed: SEED, numRuns: 400 })
    .map(scenario => reference(scenario.rows, { model: DEFAULT_MODEL, ...scenario }))

  it('reach every reason to leave a row out', () => {
    const reached = new Set(results.flatMap(({ signals }) => Object.keys(signals.leftOut)))
    expect([...reached].sort()).toEqual([...LEFT_OUT_REASONS].sort())
  })

  it('reach every stage, direction, trend and risk, and accounts that retire', () => {
    const reached = (key: 'stage' | 'calledStage' | 'direction' | 'trend' | 'risk') =>
      new Set(results.flatMap(({ accounts }) => accounts.map(account => account[key])))
    expect(reached('stage')).toEqual(new Set(STAGES))
    expect(reached('calledStage')).toEqual(new Set(STAGES))
    expect(reached('direction')).toEqual(new Set([null, 'first', 'up', 'down', 'back']))
    expect(reached('trend')).toEqual(new Set([null, ...TRENDS]))
    expect(reached('risk')).toEqual(new Set([null, 'medium', 'high']))
    expect(results.some(({ retired }) => retired.length > 0)).toBe(true)
  })

  it('count every row that is before T once', () => {
    for (const { signals } of results) {
      const leftOut = Object.values(signals.leftOut).reduce((sum, count) => sum + count, 0)
      expect(signals.accepted + leftOut).toBe(signals.read)
    }
  })
})

describe('many signals', () => {
  const options = { seed: SEED, rows: 3000, accounts: 40, asOf: new Date('2025-06-02T12:00:00Z') }

  it('are the same for the same seed, and others for another', () => {
    expect(manySignals(options)).toEqual(manySignals(options))
    expect(manySignals({ ...options, seed: SEED + 1 })).not.toEqual(manySignals(options))
  })

  it('give accounts in several stages, best first', () => {
    const result: Reference = reference(manySignals(options), {
      model: DEFAULT_MODEL,
      cleaning: PLAIN_CLEANING,
      asOf: options.asOf,
    })
    expect(result.accounts.length).toBeGreaterThan(30)
    expect(new Set(result.accounts.map(({ stage }) => stage)).size).toBeGreaterThan(2)
    const scores = result.accounts.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })
})
