import type { Model } from '../config/model.ts'
import type { StageConditions } from '../domain/called-stage.ts'

/** A model's stages with their conditions in the order in which they are tried. */
export const stageConditions = ({ stageOrder, stages }: Model): StageConditions =>
  new Map(stageOrder.map(stage => [stage, stages[stage]]))
