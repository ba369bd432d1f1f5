const STAGES = [
  ['New', 'NEW'],
  ['Attempting', 'ATTEMPTING'],
  ['Connected', 'CONNECTED'],
  ['Qualified', 'QUALIFIED'],
  ['Disqualified', 'UNQUALIFIED'],
] as const
const CLOSED: readonly string[] = ['QUALIFIED', 'UNQUALIFIED']

/** The one pipeline of leads. Stage ids are another account's in every account: nobody may know them by heart. */
export const LEAD_PIPELINE = {
  id: 'lead-pipeline-id',
  label: 'Lead pipeline',
  displayOrder: 0,
  archived: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  stages: STAGES.map(([label, leadState], displayOrder) => ({
    id: `${1_100_000_001 + displayOrder * 7}`,
    label,
    displayOrder,
    archived: false,
    metadata: { isClosed: String(CLOSED.includes(leadState)), leadState },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  })),
}

/** Where a lead stands when nobody says. */
export const FIRST_LEAD_STAGE: string = LEAD_PIPELINE.stages[0]?.id ?? ''

/** How a lead can end. */
export type LeadEnd = 'qualified' | 'unqualified'

export function closedStage(end: LeadEnd): string {
  const stage = LEAD_PIPELINE.stages.find(({ metadata }) => metadata.leadState === end.toUpperCase())
  return stage?.id ?? ''
}

/** Whether a lead in this stage is closed. */
export const isClosedStage = (id: string): boolean =>
  LEAD_PIPELINE.stages.some(stage => stage.id === id && stage.metadata.isClosed === 'true')
