import type { ConnectorReport } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import { collectJobs } from './collect-jobs.ts'
import { noDeliveryCounts } from './delivery.ts'

/**
 * Records what became of the jobs that runs before this one handed over, before anything is planned on top of them. A
 * record that is gone or moved is matched and planned with all others afterwards.
 */
export async function collectEarlierJobs(
  { state, runId, asOf, entry }: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  const counts = noDeliveryCounts()
  try {
    await collectJobs({ connector, state, mapping: entry.mapping, runId, asOf, counts, progress: () => {} })
  } finally {
    report.created += counts.created
    report.updated += counts.updated
    report.matched += counts.found
    report.rejected += counts.rejected
    if (counts.rejected > 0) report.status = 'partial'
    report.problems.push(
      ...counts.unanswered.map(why => `a job of an earlier run could not be asked: ${why}`),
    )
  }
}
