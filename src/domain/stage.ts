/** The five adoption stages, lowest first; `inactive` stands outside the order (MODEL.md §4, §5). */
export const STAGES = ['interest', 'investigation', 'experimentation', 'ongoing_usage', 'inactive'] as const
export type Stage = (typeof STAGES)[number]

export const STAGE_LABELS: Readonly<Record<Stage, string>> = {
  interest: 'Interest',
  investigation: 'Investigation',
  experimentation: 'Experimentation',
  ongoing_usage: 'Ongoing Usage',
  inactive: 'Inactive',
}

export const DIRECTIONS = ['first', 'up', 'down', 'back'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Churn risk of an account that is not inactive; `null` is no risk. */
export const RISKS = ['medium', 'high'] as const
export type Risk = (typeof RISKS)[number]

export const TRENDS = ['new', 'rising', 'steady', 'falling'] as const
export type Trend = (typeof TRENDS)[number]
