import { z } from 'zod'

const COUNT = z.number()
const COUNTS = z.record(z.string(), COUNT)

/** What metrics take from a run report. One that an older version wrote may lack some of it. */
const FIGURES = z.object({
  status: z.string(),
  seconds: COUNT,
  error: z.string().optional(),
  signals: z.object({ read: COUNT, accepted: COUNT, leftOut: COUNTS }),
  accounts: z.object({ byStage: COUNTS }),
  stageChanges: z.object({ byMove: COUNTS }),
  connectors: z.record(
    z.string(),
    z.object({
      status: z.string(),
      linked: COUNT,
      ambiguous: COUNT,
      created: COUNT,
      updated: COUNT,
      unchanged: COUNT,
      rejected: COUNT,
      calls: z.object({ read: COUNT, write: COUNT }),
      seconds: COUNT,
      problems: z.array(z.unknown()),
      budget: z.object({ used: COUNT, of: COUNT }).optional(),
    }),
  ),
  notices: z.object({ delivered: COUNT, pending: COUNT, failed: COUNT, dropped: COUNT }),
})
export type ReportFigures = z.output<typeof FIGURES>

/** Null for what is no report, or one of another shape. */
export const figuresOf = (report: unknown): ReportFigures | null => FIGURES.safeParse(report).data ?? null
