import { UserError } from '../../domain/errors.ts'
import { STAGES, type Stage } from '../../domain/stage.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import type { RunReport } from './report.ts'

/** A run that failed as a whole. What was wrong is the message's; the report is there for who reads reports. */
export class RunFailed extends UserError {
  readonly report: RunReport

  constructor(error: unknown, report: RunReport) {
    const known = error instanceof UserError ? error : undefined
    super(report.error ?? String(error), {
      ...(known === undefined ? {} : { exitCode: known.exitCode }),
      ...(known?.hint === undefined ? {} : { hint: known.hint }),
      cause: error,
    })
    this.name = 'RunFailed'
    this.report = report
  }
}

/** The report of a run that scored nothing: nothing is remembered, and no connector was asked. */
export function failedReport(run: { runId: string; asOf: Date; seconds: number; error: string }): RunReport {
  const none = (stage: Stage): [Stage, number] => [stage, 0]
  return {
    runId: run.runId,
    status: 'failed',
    asOf: isoSecond(run.asOf),
    signals: { read: 0, accepted: 0, leftOut: {}, customTypes: {}, badRows: [] },
    accounts: {
      scored: 0,
      byStage: Object.fromEntries(STAGES.map(none)) as Record<Stage, number>,
      retired: 0,
    }, // all five, by construction
    stageChanges: { total: 0, byMove: {} },
    connectors: {},
    notices: { delivered: 0, pending: 0, failed: 0, dropped: 0 },
    seconds: run.seconds,
    error: run.error,
  }
}
