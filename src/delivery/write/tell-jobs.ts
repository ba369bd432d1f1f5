import type { State } from '../../state/state.ts'
import type { ConnectorReport } from '../connector-report.ts'

/** Tells of changes that are with the CRM and whose results are not known yet. */
export async function tellJobs(state: State, connector: string, report: ConnectorReport): Promise<void> {
  const waiting = await state.tickets.countWaiting(connector)
  if (waiting === 0) return
  report.problems.push(
    `${waiting} changes are in a job that ${connector} has not finished: the next run records them, and sends none of them twice`,
  )
  if (report.status === 'ok') report.status = 'partial'
}
