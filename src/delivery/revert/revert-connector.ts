import type { ConnectorEntry } from '../../config/config.ts'
import type { State } from '../../state/state.ts'
import { blankReport, type ConnectorReport } from '../connector-report.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import { knownAccount } from '../session/known-account.ts'
import { openConnector, type Surroundings } from '../session/open-connector.ts'
import { problemOf } from '../session/problem-of.ts'
import { collectJobs } from '../write/collect-jobs.ts'
import { deliver } from '../write/deliver.ts'
import { type DeliveryCounts, noDeliveryCounts } from '../write/delivery.ts'
import { estimateWrites } from '../write/estimate-writes.ts'
import { noRevertFindings, planReverts, type RecordLeftAlone, type RevertFindings } from './plan-reverts.ts'
import { revertingState } from './take-back.ts'

/** What one connector's part of a revert goes by. */
export interface RevertRun extends Surroundings {
  entry: ConnectorEntry
  state: State
  /** The run that is undone. */
  of: string
  /** The run that undoes it. */
  runId: string
  asOf: Date
  /** False: everything up to the writing. */
  deliver: boolean
  progress: (what: string, done: number, of: number | null) => void
}

/** One connector's part of a revert. What goes wrong ends in the report, so that it holds up no other connector. */
export async function revertConnector(
  run: RevertRun,
): Promise<{ report: ConnectorReport; leftAlone: readonly RecordLeftAlone[] }> {
  const began = run.clock.now()
  const report = blankReport()
  const counts = noDeliveryCounts()
  const findings = noRevertFindings()
  let connector: ConnectorSession | null = null
  try {
    connector = await openConnector(run.entry, run, run.deliver ? run.state : null)
    await knownAccount(connector, run.state)
    await work(run, connector, report, counts, findings)
  } catch (error) {
    report.problems.push(
      run.signal.aborted
        ? `${run.entry.name}: stopped; oql revert ${run.of} goes on from here`
        : problemOf(error, run),
    )
    report.status = counts.updated + counts.rejected > 0 ? 'partial' : 'failed'
  }
  if (connector !== null) await end(run, connector, report)
  report.seconds = Math.round((run.clock.now() - began) / 100) / 10
  return { report, leftAlone: findings.leftAlone.named }
}

async function work(
  run: RevertRun,
  connector: ConnectorSession,
  report: ConnectorReport,
  counts: DeliveryCounts,
  findings: RevertFindings,
): Promise<void> {
  const { state, entry, runId, of } = run
  if (run.deliver) await collectJobsBefore(run, connector, report)
  const inJobs = await state.tickets.countWaiting(entry.name, of)
  if (inJobs > 0) {
    report.status = 'partial'
    report.problems.push(
      `${inJobs} changes of that run are in a job that ${entry.name} has not finished: revert it again later`,
    )
  }
  await planReverts({ connector, state, mapping: entry.mapping, of, runId, findings })
  report.unchanged = findings.unchanged
  report.skipped = findings.skipped + findings.gone.length
  report.problems.push(...findingsInWords(findings))
  if (run.deliver) await send(run, connector, report, counts, findings.planned)
  else {
    const { calls, updated } = await estimateWrites(state, connector, runId)
    connector.counts.write += calls.write
    report.updated = updated
  }
}

/** What earlier jobs came to is known before anything is put back: they may be the run's own. */
async function collectJobsBefore(
  { state, entry, runId, asOf }: RevertRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  const counts = noDeliveryCounts()
  const progress = () => undefined
  await collectJobs({ connector, state, mapping: entry.mapping, runId, asOf, counts, progress })
  report.problems.push(...counts.unanswered.map(why => `a job of an earlier run could not be asked: ${why}`))
}

async function send(
  run: RevertRun,
  connector: ConnectorSession,
  report: ConnectorReport,
  counts: DeliveryCounts,
  planned: number,
): Promise<void> {
  const { state, entry, runId, asOf } = run
  let done = 0
  const progress = (settled: number) => {
    done += settled
    run.progress('records put back', done, planned)
  }
  try {
    await deliver({
      connector,
      state: revertingState(state, connector, runId),
      mapping: entry.mapping,
      runId,
      asOf,
      counts,
      progress,
    })
  } finally {
    report.updated = counts.updated
    await tell(run, report, counts)
  }
}

/** So many accounts tell people where to look. */
const NAMED = 10

function findingsInWords({ leftAlone, gone }: RevertFindings): string[] {
  const named = leftAlone.named
    .slice(0, NAMED)
    .map(({ domain, fields }) => `${domain} (${Object.keys(fields).join(', ')})`)
  return [
    ...(leftAlone.records > 0
      ? [
          `${leftAlone.fields} fields on ${leftAlone.records} records were changed since, or can't be put back, and are left alone: ${listed(named, leftAlone.records)}`,
        ]
      : []),
    ...(gone.length > 0
      ? [`${gone.length} records are gone: ${listed(gone.slice(0, NAMED), gone.length)}`]
      : []),
  ]
}

const listed = (named: readonly string[], of: number): string =>
  of > named.length ? `${named.join(', ')} and ${of - named.length} more` : named.join(', ')

/** Refused ones are told here, with the CRM's reason: a revert leaves no rejection behind. */
async function tell(
  { state, runId, of, entry: { name } }: RevertRun,
  report: ConnectorReport,
  { waitingFor, unanswered }: DeliveryCounts,
): Promise<void> {
  const { failed, planned } = await state.changes.countsByStatus(runId, name)
  const inJobs = await state.tickets.countWaiting(name, runId)
  const left = planned - inJobs
  report.rejected = failed
  if (failed > 0) {
    const reasons: string[] = []
    for await (const { domain, status, failure } of state.changes.list(runId, name)) {
      if (status === 'failed') reasons.push(`${domain} (${failure?.message ?? 'no reason given'})`)
      if (reasons.length === NAMED) break
    }
    report.problems.push(`${failed} changes were refused by ${name}: ${listed(reasons, failed)}`)
  }
  const because = [...waitingFor.values()].map(({ failure }) => failure.message)
  if (left > 0) {
    const why = because.length > 0 ? ` (${because.join('; ')})` : ''
    report.problems.push(`${left} records were not put back${why}: oql revert ${of} goes on from here`)
  }
  report.problems.push(...unanswered.map(why => `a job could not be asked for its results: ${why}`))
  if (inJobs > 0) {
    report.problems.push(
      `${inJobs} changes are in a job that ${name} has not finished: the next run records them`,
    )
  }
  if (failed + planned > 0) report.status = 'partial'
}

async function end(
  { state, entry, log }: RevertRun,
  { session, counts, ledger }: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  try {
    await session.close()
  } catch (error) {
    // All is recorded by then: a session that can't say goodbye changes nothing.
    log.warn({ err: error, connector: entry.name }, 'the connector could not be closed')
  }
  report.linked = await state.links.count(entry.name)
  report.calls = { ...counts }
  await ledger?.save()
}
