/** The one pipeline of leads. Stage ids are another account's in every account: nobody may know them by heart. */
export const LEAD_PIPELINE = {
  id: 'lead-pipeline-id',
  label: 'Lead pipeline',
  displayOrder: 0,
  archived: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  stages: ['New', 'Attempting', 'Connected', 'Qualified', 'Disqualified'].map((label, displayOrder) => ({
    id: `${1_100_000_001 + displayOrder * 7}`,
    label,
    displayOrder,
    archived: false,
    metadata: { isClosed: String(displayOrder >= 3), leadState: label.toUpperCase() },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  })),
}

/** Where a lead stands when nobody says. */
export const FIRST_LEAD_STAGE: string = LEAD_PIPELINE.stages[0]?.id ?? ''
