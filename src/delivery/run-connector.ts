import type { ConnectorPlan } from '../plan/connector-plan.ts'
import { blankReport, type ConnectorReport, inWords } from './connector-report.ts'
import type { ConnectorRun } from './connector-run.ts'
import { dropTold } from './match/drop-told.ts'
import { lookAgain, matchAccounts } from './match/match-accounts.ts'
import { fieldsToRead, type Matching, matchRules } from './match/matching.ts'
import { callsAreScarce } from './match/scarce-calls.ts'
import { takeInMatches } from './match/take-in-matches.ts'
import { dropWhole } from './match/whole-read.ts'
import { planChanges, planMoves } from './plan-changes.ts'
import { noPlanCounts, type PlanCounts } from './plan-counts.ts'
import { runBeside } from './related/run-related.ts'
import { type ConnectorCheck, checkConnector } from './schema/check-connector.ts'
import type { ConnectorSession } from './session/connector-session.ts'
import { knownAccount } from './session/known-account.ts'
import { openConnector } from './session/open-connector.ts'
import { problemOf } from './session/problem-of.ts'
import { collectEarlierJobs } from './write/collect-earlier-jobs.ts'
import { type DeliveryCounts, noDeliveryCounts } from './write/delivery.ts'
import { estimateWrites } from './write/estimate-writes.ts'
import { sendChanges, sendingOf, tellOfSending } from './write/send-changes.ts'
import { tellJobs } from './write/tell-jobs.ts'

export interface ConnectorPart {
  report: ConnectorReport
  /** Whether every account was decided. Where it was not, nobody knows what is left to be written or cleared. */
  isPlanned: boolean
  /** Whether records that are to be made were put off, for want of calls. */
  isPuttingOff: boolean
}

/**
 * One connector's part of a run: check, match, plan, deliver. What goes wrong ends in the report, so that it holds up
 * no other connector, and what was done before stays recorded.
 */
export async function runConnector(run: ConnectorRun): Promise<ConnectorPart> {
  const began = run.clock.now()
  const report = blankReport()
  const delivered = noDeliveryCounts()
  const planned = noPlanCounts()
  let connector: ConnectorSession | null = null
  try {
    connector = await openConnector(run.entry, run, run.deliver ? run.state : null)
    await knownAccount(connector, run.state)
    await work(run, connector, report, planned, delivered)
  } catch (error) {
    report.problems.push(problemOf(error, run))
    // What an earlier run's job came to is no part of a plan that was not made.
    const settled = settledIn(delivered) + (planned.isWhole ? settledBeside(report) : 0)
    report.status = settled > 0 ? 'partial' : 'failed'
  }
  if (connector !== null) {
    await close(run, connector)
    await account(run, connector, report)
  }
  const seconds = Math.round((run.clock.now() - began) / 100) / 10
  return { report: { ...report, seconds }, isPlanned: planned.isWhole, isPuttingOff: planned.postponed > 0 }
}

const settledIn = ({ created, updated, cleared, rejected, unneeded }: DeliveryCounts): number =>
  created + updated + cleared + rejected + unneeded

const settledBeside = ({ leads, people, rejected }: ConnectorReport): number =>
  [leads, people].reduce((sum, counts) => sum + (counts?.made ?? 0) + (counts?.updated ?? 0), rejected)

/** All is recorded by then: a session that can't say goodbye changes nothing. */
async function close({ entry, log }: ConnectorRun, { session }: ConnectorSession): Promise<void> {
  try {
    await session.close()
  } catch (error) {
    log.warn({ err: error, connector: entry.name }, 'the connector could not be closed')
  }
}

async function work(
  run: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
  counts: PlanCounts,
  delivered: DeliveryCounts,
): Promise<void> {
  const { entry } = run
  const check = await checkConnector(connector, entry.mapping, run.model.labels)
  if (check.problems.length > 0) {
    report.status = 'failed'
    report.problems.push(
      ...check.problems.map(inWords),
      `See all of it with: oql check. ${entry.name} was not touched`,
    )
    return
  }
  const matching = matchingFor(run, connector, planFor(run, connector, check))
  try {
    await deliverAccounts(run, matching, counts, report, delivered)
    await runBeside(run, matching, report)
    if (!run.deliver) await addEstimate(run, connector, report)
  } finally {
    tell(report, counts)
    await dropWhole(matching)
  }
}

/**
 * Matches, plans and delivers. Where the calls of the day may not suffice for all of it, moves of the stage of accounts
 * that are linked go before anything else: what looking for new ones costs is not known before.
 */
async function deliverAccounts(
  run: ConnectorRun,
  matching: Matching,
  counts: PlanCounts,
  report: ConnectorReport,
  delivered: DeliveryCounts,
): Promise<void> {
  const { runId } = run
  const sending = sendingOf(run, matching, counts, report, delivered)
  const asked = new Set<string>()
  try {
    if (run.deliver) await collectEarlierJobs(run, matching.connector, report)
    const isScarce = run.deliver && (await callsAreScarce(matching))
    if (isScarce) {
      await dropTold(run, matching, report, asked)
      await planMoves({ matching, runId, counts: noPlanCounts() })
      await sendChanges(sending)
    }
    await takeInMatches(run, matching, report, matchAccounts(matching, { isScarce }))
    if (run.deliver) await dropTold(run, matching, report, asked)
    await planChanges({ matching, runId, counts, isScarce }, domains =>
      takeInMatches(run, matching, report, lookAgain(matching, domains)),
    )
    if (run.deliver) await sendChanges(sending)
  } finally {
    if (run.deliver) await tellOfSending(sending)
  }
}

async function addEstimate(
  { state, runId }: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  const { calls, created, updated, leads, contacts } = await estimateWrites(state, connector, runId)
  connector.counts.read += calls.read
  connector.counts.write += calls.write
  report.created = created
  report.updated = updated
  if (report.leads !== undefined) Object.assign(report.leads, { made: leads.created, updated: leads.updated })
  if (report.people !== undefined)
    Object.assign(report.people, { made: contacts.created, updated: contacts.updated })
}

function planFor(
  run: ConnectorRun,
  { name, capabilities }: ConnectorSession,
  { fields, ownersGone, hasLeads }: ConnectorCheck,
): ConnectorPlan {
  const { entry, model, asOf, consoleUrl, segments } = run
  const context = { model: model.name, labels: model.labels, asOf, consoleUrl }
  return {
    connector: name,
    mapping: entry.mapping,
    only: entry.only,
    capabilities,
    fields,
    context,
    segments,
    ownersGone,
    hasLeads,
  }
}

function matchingFor(run: ConnectorRun, connector: ConnectorSession, plan: ConnectorPlan): Matching {
  const rules = matchRules(plan, connector)
  const { state, runId, normalise, domainsOf, aliases } = run
  const fields = fieldsToRead(plan.mapping, rules)
  const whole = { isStaged: false }
  return { connector, state, runId, plan, rules, normalise, domainsOf, aliases, fields, whole }
}

function tell(report: ConnectorReport, counts: PlanCounts): void {
  report.unchanged = counts.unchanged
  report.ambiguous = counts.ambiguous
  report.shared = counts.shared
  report.skipped = counts.skipped + counts.postponed
  const unknown = counts.skippedBecause.unknown ?? 0
  tellOfPostponed(report, unknown, 'accounts were not looked for yet')
  tellOfPostponed(report, counts.postponed, 'records were not made yet')
  for (const [speaker, domains] of counts.sharedWith) {
    const others = domains.filter(domain => domain !== speaker)
    report.problems.push(
      `${others.join(', ')} ${others.length === 1 ? 'shares' : 'share'} a record with ${speaker}. To fold them: aliases: { ${speaker}: [${others.join(', ')}] }`,
    )
  }
}

function tellOfPostponed(report: ConnectorReport, accounts: number, what: string): void {
  if (accounts === 0) return
  report.problems.push(`${accounts} ${what}: the calls that are left today are kept for what is worth more`)
  if (report.status === 'ok') report.status = 'partial'
}

/** What holds however the run ended. */
async function account(
  { state, entry }: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  report.linked = await state.links.count(entry.name)
  await tellJobs(state, entry.name, report)
  report.calls = { ...connector.counts }
  const standing = connector.ledger?.standing() ?? null
  if (standing !== null) report.budget = standing
  await connector.ledger?.save()
}
