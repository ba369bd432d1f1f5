import type { ConnectorReport } from '../connector-report.ts'
import type { ConnectorRun } from '../connector-run.ts'
import { matchAgain } from '../match/match-accounts.ts'
import type { Matching } from '../match/matching.ts'
import { takeInMatches } from '../match/take-in-matches.ts'
import { planAgain } from '../plan-changes.ts'
import { noPlanCounts, type PlanCounts } from '../plan-counts.ts'
import { deliver } from './deliver.ts'
import type { Delivery, DeliveryCounts } from './delivery.ts'

/** What sending the changes of one connector goes by, and what it adds up in. */
export interface Sending {
  run: ConnectorRun
  matching: Matching
  planned: PlanCounts
  report: ConnectorReport
  delivery: Delivery
}

export function sendingOf(
  run: ConnectorRun,
  matching: Matching,
  planned: PlanCounts,
  report: ConnectorReport,
  counts: DeliveryCounts,
): Sending {
  const { state, runId, asOf, entry } = run
  let done = 0
  const progress = (settled: number) => {
    done += settled
    run.progress('changes delivered', done, planned.planned)
  }
  const { connector } = matching
  const delivery = { connector, state, mapping: entry.mapping, runId, asOf, counts, progress }
  return { run, matching, planned, report, delivery }
}

/** Delivers what is planned, follows what became another record, and matches anew what turns out to be gone. */
export async function sendChanges(sending: Sending): Promise<void> {
  const { run, matching, planned, report, delivery } = sending
  const { counts } = delivery
  await deliver(delivery)
  if (counts.moved.length > 0) await follow(run, delivery, matching, planned)
  if (counts.gone.length > 0) await replace(run, delivery, matching, planned, report)
}

/** Puts what became of the changes into the report, however sending them ended. */
export async function tellOfSending({ run, planned, report, delivery }: Sending): Promise<void> {
  const { state, runId, entry } = run
  const { planned: left } = await state.changes.countsByStatus(runId, entry.name)
  const inJobs = await state.tickets.countWaiting(entry.name, runId)
  takeOver(report, delivery.counts, planned, entry.name, left - inJobs)
  if (inJobs > 0) report.status = 'partial'
}

/**
 * Writes the records that others became. What they hold is read, so that all that differs is written; what was already
 * written there is written along, or it would be missing in what the run is known to have done.
 */
async function follow(
  { state, runId }: ConnectorRun,
  delivery: Delivery,
  matching: Matching,
  planned: PlanCounts,
): Promise<void> {
  const { counts } = delivery
  const moved = counts.moved.splice(0)
  const retired = await state.accounts.retiredOf(moved.map(({ domain }) => domain))
  const left = moved.filter(({ domain }) => !retired.has(domain))
  const there = left.flatMap(each => (each.written === null ? [] : [each.written]))
  const others = left.flatMap(each => (each.written === null ? [each.domain] : []))
  const own = await state.changes.written(runId, matching.connector.name, others)
  const held = new Map(
    [...own.values(), ...there].map(({ domain, fields }) => [
      domain,
      Object.fromEntries(Object.entries(fields).map(([name, { from }]) => [name, from])),
    ]),
  )
  const again = noPlanCounts()
  await planAgain({ matching, runId, counts: again }, [...held.keys()], held)
  // They count once, as what is written now.
  counts.updated -= again.planned
  await planAgain(
    { matching, runId, counts: planned },
    others.filter(domain => !held.has(domain)),
  )
  await deliver(delivery)
}

/** Accounts whose record is gone are matched anew; where nothing is found, `create` decides. */
async function replace(
  run: ConnectorRun,
  delivery: Delivery,
  matching: Matching,
  planned: PlanCounts,
  report: ConnectorReport,
): Promise<void> {
  const { state, runId, entry } = run
  const gone = delivery.counts.gone.splice(0)
  const retired = await state.accounts.retiredOf(gone)
  const lost = gone.filter(domain => !retired.has(domain))
  if (lost.length === 0) return
  const before = report.matched
  try {
    await takeInMatches(run, matching, report, matchAgain(matching, lost))
    await planAgain({ matching, runId, counts: planned }, lost)
    await deliver(delivery)
  } finally {
    const linked = (await state.links.get(entry.name, lost)).size
    const found = report.matched - before
    report.problems.push(
      `records are gone from ${entry.name}: ${shortened(lost)}. Their accounts were matched anew: ` +
        `${found} found, ${Math.max(0, linked - found)} made again as create: allows, ${lost.length - linked} without a record now`,
    )
  }
}

/** So many names tell people where to look. */
const NAMES_SHOWN = 10

const shortened = (names: readonly string[]): string =>
  names.length <= NAMES_SHOWN
    ? names.join(', ')
    : `${names.slice(0, NAMES_SHOWN).join(', ')} and ${names.length - NAMES_SHOWN} more`

function takeOver(
  report: ConnectorReport,
  counts: DeliveryCounts,
  planned: PlanCounts,
  name: string,
  left: number,
): void {
  report.created += counts.created
  report.updated += counts.updated
  report.matched += counts.found
  report.rejected += counts.rejected
  planned.unchanged += counts.unneeded
  if (counts.rejected > 0) {
    report.problems.push(`${counts.rejected} changes were refused by ${name}: oql rejections shows why`)
  }
  report.problems.push(...counts.unanswered.map(why => `a job could not be asked for its results: ${why}`))
  let tried = 0
  for (const { changes, failure } of counts.waitingFor.values()) {
    tried += changes
    report.problems.push(`${changes} changes wait for the next run: ${failure.message}`)
  }
  if (left > tried) report.problems.push(`${left - tried} changes were not sent and wait for the next run`)
  if (counts.rejected + left > 0) report.status = 'partial'
}
