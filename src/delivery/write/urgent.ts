import { type PlannedChange, PRIORITIES } from '../../domain/planned-change.ts'

/** People act on moves of a stage: a few of them are not put into a job, which the CRM may let wait. */
export const isUrgent = ({ priority }: Pick<PlannedChange, 'priority'>): boolean =>
  priority === PRIORITIES.stageChange
