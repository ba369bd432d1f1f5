import type { ConnectorReport } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import type { Found, Matching } from './matching.ts'
import { restoreStages, stageFieldsOf } from './restore-stages.ts'

/** Takes in what matching finds: counts it, and brings back stages that only the CRM still knows. */
export async function takeInMatches(
  run: ConnectorRun,
  matching: Matching,
  report: ConnectorReport,
  pages: AsyncIterable<Found[]>,
): Promise<void> {
  const stageFields = stageFieldsOf(matching.plan.mapping)
  for await (const found of pages) {
    await restoreStages(run.state, found, { ...run, stageFields, notices: run.outbox.rules })
    report.matched += found.length
    await matching.connector.ledger?.save()
    run.progress('accounts matched', report.matched, null)
  }
}
