import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STAGES, type Stage } from '../../../src/domain/stage.ts'
import { type StageMemory, type StageStep, stepStage } from '../../../src/domain/stage-step.ts'

const HOUR_MS = 60 * 60 * 1000
const DEMOTE_AFTER_MS = 7 * 24 * HOUR_MS
const START = Date.UTC(2025, 5, 2)

const stage = fc.constantFrom(...STAGES)
const ordered = fc.constantFrom(...STAGES.filter(name => name !== 'inactive'))
/** Steps at growing times: what each calls for, and hours since the one before. */
const steps = (called: fc.Arbitrary<Stage>) =>
  fc.array(fc.record({ called, afterHours: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 40,
  })

interface Taken {
  before: StageMemory | undefined
  called: Stage
  at: Date
  after: StageStep
}

function walk(path: readonly { called: Stage; afterHours: number }[]): Taken[] {
  const taken: Taken[] = []
  let hours = 0
  let remembered: StageMemory | undefined
  for (const { called, afterHours } of path) {
    hours += afterHours
    const at = new Date(START + hours * HOUR_MS)
    const after = stepStage(remembered, called, at, DEMOTE_AFTER_MS)
    taken.push({ before: remembered, called, at, after })
    remembered = after
  }
  return taken
}

const rank = (name: Stage): number => STAGES.indexOf(name)
const held = (name: Stage, lowerSince: Date | null = null): StageMemory => ({
  stage: name,
  stageSince: new Date(START - HOUR_MS),
  lowerSince,
  previousStage: 'interest',
  stageDirection: 'up',
})
const at = (hours: number): Date => new Date(START + hours * HOUR_MS)

describe('stepStage', () => {
  it('takes whatever is called for of an account never seen before', () => {
    fc.assert(
      fc.property(stage, called => {
        expect(stepStage(undefined, called, at(0), DEMOTE_AFTER_MS)).toEqual({
          stage: called,
          stageSince: at(0),
          lowerSince: null,
          previousStage: null,
          stageDirection: 'first',
          direction: 'first',
        })
      }),
    )
  })

  it('goes up at once, over as many stages as are called for', () => {
    fc.assert(
      fc.property(ordered, ordered, fc.option(fc.constant(at(-1))), (from, to, lowerSince) => {
        fc.pre(rank(to) > rank(from))
        expect(stepStage(held(from, lowerSince), to, at(0), DEMOTE_AFTER_MS)).toEqual({
          stage: to,
          stageSince: at(0),
          lowerSince: null,
          previousStage: from,
          stageDirection: 'up',
          direction: 'up',
        })
      }),
    )
  })

  it('takes inactive at once, and from inactive anything at once', () => {
    fc.assert(
      fc.property(ordered, other => {
        const down = stepStage(held(other), 'inactive', at(0), DEMOTE_AFTER_MS)
        expect(down).toMatchObject({ stage: 'inactive', direction: 'down', previousStage: other })
        const back = stepStage(down, other, at(1), DEMOTE_AFTER_MS)
        expect(back).toMatchObject({ stage: other, direction: 'back', previousStage: 'inactive' })
        expect(back.stageSince).toEqual(at(1))
      }),
    )
  })

  it('holds a stage until seven days of steps called for less, to the millisecond', () => {
    const first = stepStage(held('ongoing_usage'), 'experimentation', at(0), DEMOTE_AFTER_MS)
    expect(first).toMatchObject({ stage: 'ongoing_usage', lowerSince: at(0), direction: null })
    const justBefore = new Date(START + DEMOTE_AFTER_MS - 1)
    const still = stepStage(first, 'experimentation', justBefore, DEMOTE_AFTER_MS)
    expect(still).toMatchObject({ stage: 'ongoing_usage', lowerSince: at(0), direction: null })
    expect(still.stageSince).toEqual(held('ongoing_usage').stageSince)
    const then = stepStage(still, 'interest', new Date(START + DEMOTE_AFTER_MS), DEMOTE_AFTER_MS)
    expect(then).toMatchObject({ stage: 'interest', direction: 'down', previousStage: 'ongoing_usage' })
    expect(then.lowerSince).toBeNull()
  })

  it('goes down at once where the model demotes after no time', () => {
    expect(stepStage(held('experimentation'), 'interest', at(0), 0)).toMatchObject({
      stage: 'interest',
      direction: 'down',
    })
  })

  it('never goes down inside the order before an unbroken week of calls for less', () => {
    let demotions = 0
    fc.assert(
      fc.property(steps(ordered), path => {
        const taken = walk(path)
        for (const [index, { before, after, at: now }] of taken.entries()) {
          if (after.direction !== 'down' || before === undefined) continue
          demotions += 1
          const lastNotLess = taken
            .slice(0, index)
            .findLastIndex(step => rank(step.called) >= rank(before.stage))
          const lowerFrom = taken[lastNotLess + 1]?.at.getTime() ?? Number.NaN
          expect(now.getTime() - lowerFrom).toBeGreaterThanOrEqual(DEMOTE_AFTER_MS)
        }
      }),
      { numRuns: 300 },
    )
    expect(demotions).toBeGreaterThan(0)
  })

  it('lies below what is called for only never, and above it only while lower_since is younger than a week', () => {
    fc.assert(
      fc.property(steps(stage), path => {
        for (const { called, after, at: now } of walk(path)) {
          if (after.stage === called) {
            expect(after.lowerSince).toBeNull()
            continue
          }
          expect(called).not.toBe('inactive')
          expect(after.stage).not.toBe('inactive')
          expect(rank(after.stage)).toBeGreaterThan(rank(called))
          expect(after.lowerSince).not.toBeNull()
          expect(now.getTime() - Number(after.lowerSince)).toBeLessThan(DEMOTE_AFTER_MS)
        }
      }),
    )
  })

  it('forgets lower_since when a step calls for the held stage again', () => {
    const lower = stepStage(held('investigation'), 'interest', at(0), DEMOTE_AFTER_MS)
    const same = stepStage(lower, 'investigation', at(100), DEMOTE_AFTER_MS)
    expect(same).toMatchObject({ stage: 'investigation', lowerSince: null, direction: null })
    const again = stepStage(same, 'interest', at(7 * 24), DEMOTE_AFTER_MS)
    expect(again).toMatchObject({ stage: 'investigation', lowerSince: at(7 * 24), direction: null })
  })

  it('moves exactly where it tells a direction, and keeps what stage, since and previous were elsewhere', () => {
    fc.assert(
      fc.property(steps(stage), path => {
        for (const { before, after, at: now } of walk(path)) {
          if (after.direction === null) {
            expect(after).toMatchObject({
              stage: before?.stage,
              stageSince: before?.stageSince,
              previousStage: before?.previousStage,
              stageDirection: before?.stageDirection,
            })
          } else {
            expect(after.stage).not.toBe(before?.stage)
            expect(after.stageSince).toEqual(now)
            expect(after.previousStage).toBe(before?.stage ?? null)
            expect(after.stageDirection).toBe(after.direction)
          }
        }
      }),
    )
  })

  it('moves nothing when the same step is taken again', () => {
    fc.assert(
      fc.property(steps(stage), path => {
        for (const { called, after, at: now } of walk(path)) {
          expect(stepStage(after, called, now, DEMOTE_AFTER_MS)).toEqual({ ...after, direction: null })
        }
      }),
    )
  })
})
