import type { Remembered } from './account.ts'
import { compareInOrder, type Move, move } from './move.ts'
import { type Direction, STAGES, type Stage } from './stage.ts'

/** What a stage step reads of a remembered account. */
export type StageMemory = Pick<
  Remembered,
  'stage' | 'stageSince' | 'lowerSince' | 'previousStage' | 'stageDirection'
>

export interface StageStep extends StageMemory {
  /** What this step moved; null where it moved nothing. */
  direction: Direction | null
}

/**
 * From the stage called for to the stage (MODEL.md §5).
 * @param remembered undefined for an account that was never seen before
 * @param at T of the step
 */
export function stepStage(
  remembered: StageMemory | undefined,
  called: Stage,
  at: Date,
  demoteAfterMs: number,
): StageStep {
  if (remembered === undefined) return moved(null, called, at, 'first')
  const { takes, lowerSince } = moveOfStage(remembered, called, at, demoteAfterMs)
  if (takes) return moved(remembered.stage, called, at, directionOf(remembered.stage, called))
  return {
    stage: remembered.stage,
    stageSince: remembered.stageSince,
    lowerSince,
    previousStage: remembered.previousStage,
    stageDirection: remembered.stageDirection,
    direction: null,
  }
}

function moveOfStage(remembered: StageMemory, called: Stage, at: Date, demoteAfterMs: number): Move {
  const held = remembered.stage
  if (called === held) return move('same', remembered.lowerSince, at, demoteAfterMs)
  // Into and out of `inactive` at once: it stands outside the order.
  if (called === 'inactive' || held === 'inactive') return { takes: true, lowerSince: null }
  return move(compareInOrder(STAGES, called, held), remembered.lowerSince, at, demoteAfterMs)
}

function directionOf(from: Stage, to: Stage): Direction {
  if (from === 'inactive') return 'back'
  if (to === 'inactive') return 'down'
  return compareInOrder(STAGES, to, from) === 'more' ? 'up' : 'down'
}

const moved = (from: Stage | null, to: Stage, at: Date, direction: Direction): StageStep => ({
  stage: to,
  stageSince: at,
  lowerSince: null,
  previousStage: from,
  stageDirection: direction,
  direction,
})
