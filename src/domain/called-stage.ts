import type { Facts } from './facts.ts'
import type { Value } from './mappable.ts'
import type { Stage } from './stage.ts'
import { holds, type When } from './when.ts'

/** The model's stages with their conditions, in the order in which they are tried; `interest` is the rest. */
export type StageConditions = ReadonlyMap<Stage, When>

/** The stage that facts and points call for: the first whose conditions hold, else `interest` (MODEL.md §4). */
export function calledStage(conditions: StageConditions, facts: Facts, points: number): Stage {
  const values = new Map<string, Value>(Object.entries({ ...facts, points }))
  for (const [stage, when] of conditions) {
    if (holds(when, name => lookUp(values, name))) return stage
  }
  return 'interest'
}

function lookUp(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  // A model with an unknown fact is refused when it is read: here it is a bug, and never "not met".
  if (value === undefined) throw new Error(`the model asks for "${name}", which is no fact`)
  return value
}
