import type { ConnectorReport } from '../../delivery/connector-report.ts'
import type { Stage } from '../../domain/stage.ts'
import type { BadRow } from '../../store/csv-file.ts'

/** What a run came to: what `sync --json` prints and the state keeps (DESIGN.md). Times in ISO to the second. */
export interface RunReport {
  runId: string
  status: 'ok' | 'partial' | 'failed'
  asOf: string
  signals: {
    read: number
    accepted: number
    leftOut: Record<string, number>
    /** Types that are no known kind: they count as signals and carry no points. */
    customTypes: Record<string, number>
    /** A few of the rows that can't be read. */
    badRows: readonly BadRow[]
  }
  accounts: { scored: number; byStage: Record<Stage, number>; retired: number }
  stageChanges: { total: number; byMove: Record<string, number> }
  connectors: Record<string, ConnectorReport>
  /** `pending`: all that wait after the run; the others are this run's. */
  notices: { delivered: number; pending: number; failed: number; dropped: number }
  /** What went wrong with notices, for people; absent where nothing did. */
  problems?: readonly string[]
  seconds: number
  /** Why a run failed as a whole; absent where it did not. */
  error?: string
}
