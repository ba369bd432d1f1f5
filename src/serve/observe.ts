import type { RunReport } from '../run/sync/report.ts'
import type { Metrics } from './metrics.ts'
import { figuresOf, type ReportFigures } from './report-figures.ts'
import type { Snapshot } from './snapshot.ts'

/** Counts a run that this process did. */
export function countRun(metrics: Metrics, report: RunReport): void {
  const { runs, stageChanges, connectors, notices } = metrics
  runs.ended.inc({ status: report.status })
  runs.duration.observe(report.seconds)
  for (const [move, accounts] of Object.entries(report.stageChanges.byMove)) {
    const [from = '', to = ''] = move.split('→')
    stageChanges.inc({ from, to }, accounts)
  }
  for (const [connector, { calls, created, updated, rejected }] of Object.entries(report.connectors)) {
    connectors.calls.inc({ connector, kind: 'read' }, calls.read)
    connectors.calls.inc({ connector, kind: 'write' }, calls.write)
    connectors.changes.inc({ connector, result: 'created' }, created)
    connectors.changes.inc({ connector, result: 'updated' }, updated)
    connectors.changes.inc({ connector, result: 'rejected' }, rejected)
  }
  const { delivered, failed, dropped } = report.notices
  for (const [status, count] of Object.entries({ delivered, failed, dropped })) {
    notices.settled.inc({ status }, count)
  }
}

/** Sets what is measured by what the state says: so a start, and a replica that stands by, show the same. */
export function showSnapshot(metrics: Metrics, { last, lastSuccess, ...now }: Snapshot): void {
  const { runs, connectors } = metrics
  if (last?.finishedAt) runs.lastEnd.set(seconds(last.finishedAt))
  if (lastSuccess !== null) runs.lastSuccess.set(seconds(lastSuccess.startedAt))
  const ended = figuresOf(last?.report)
  if (ended !== null) runs.lastDuration.set(ended.seconds)
  // A run that failed as a whole scored nothing: the figures of the last that did stand.
  const figures = ended?.error === undefined ? ended : figuresOf(lastSuccess?.report)
  if (figures !== null) showScored(metrics, figures)
  if (ended !== null) showConnectors(metrics, ended)
  showAll(connectors.rejected, now.rejectionsOpen, (connector, value) =>
    connectors.rejected.set({ connector }, value),
  )
  showAll(connectors.callsToday, now.callsToday, (connector, value) =>
    connectors.callsToday.set({ connector }, value),
  )
}

function showScored({ signals, accounts, notices }: Metrics, figures: ReportFigures): void {
  signals.read.set(figures.signals.read)
  signals.accepted.set(figures.signals.accepted)
  showAll(signals.leftOut, figures.signals.leftOut, (reason, value) => signals.leftOut.set({ reason }, value))
  showAll(accounts, figures.accounts.byStage, (stage, value) => accounts.set({ stage }, value))
  notices.pending.set(figures.notices.pending)
}

function showConnectors({ connectors }: Metrics, figures: ReportFigures): void {
  for (const [connector, part] of Object.entries(figures.connectors)) {
    connectors.ok.set({ connector }, part.status === 'ok' ? 1 : 0)
    connectors.linked.set({ connector }, part.linked)
    connectors.unchanged.set({ connector }, part.unchanged)
    connectors.ambiguous.set({ connector }, part.ambiguous)
    connectors.problems.set({ connector }, part.problems.length)
    connectors.duration.set({ connector }, part.seconds)
    if (part.budget !== undefined) connectors.budgetUsed.set({ connector }, part.budget.used / part.budget.of)
  }
}

/** What is no more shows no more. */
function showAll(
  gauge: { reset(): void },
  values: Readonly<Record<string, number>>,
  show: (name: string, value: number) => void,
): void {
  gauge.reset()
  for (const [name, value] of Object.entries(values)) show(name, value)
}

const seconds = (time: Date): number => time.getTime() / 1_000
