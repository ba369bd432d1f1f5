import type { ConnectorEntry } from '../config/config.ts'
import type { Model } from '../config/model.ts'
import { SessionFault } from '../contract/faults.ts'
import { UserError } from '../domain/errors.ts'
import type { Segments } from '../plan/condition-values.ts'
import type { ConnectorPlan } from '../plan/connector-plan.ts'
import type { Normalise } from '../plan/match.ts'
import type { State } from '../state/state.ts'
import { checkConnector } from './check-connector.ts'
import { blankReport, type ConnectorReport, inWords } from './connector-report.ts'
import type { ConnectorSession } from './connector-session.ts'
import { CrmUnavailable, type Delivery, deliver, noDeliveryCounts } from './deliver.ts'
import { estimateWrites } from './estimate-writes.ts'
import { matchAccounts, matchAgain } from './match-accounts.ts'
import { type Found, fieldsToRead, type Matching, matchRules } from './matching-context.ts'
import { openConnector, type Surroundings } from './open-connector.ts'
import { planAgain, planChanges } from './plan-changes.ts'
import { noPlanCounts, type PlanCounts } from './plan-counts.ts'
import { restoreStages, stageFieldsOf } from './restore-stages.ts'

export interface ConnectorRun extends Surroundings {
  entry: ConnectorEntry
  state: State
  runId: string
  asOf: Date
  model: Model
  segments: Segments
  consoleUrl: string | null
  normalise: Normalise
  /** Domains that fold into an account, its own first. */
  domainsOf(account: string): readonly string[]
  /** False: everything up to the writing. */
  deliver: boolean
  progress: (what: string, done: number, of: number | null) => void
}

/**
 * One connector's part of a run: check, match, plan, deliver. What goes wrong with the CRM ends in the report, and what
 * was done before stays recorded; a mistake in our own code is thrown.
 */
export async function runConnector(run: ConnectorRun): Promise<ConnectorReport> {
  const began = run.clock.now()
  const report = blankReport()
  let connector: ConnectorSession | null = null
  try {
    connector = await openConnector(run.entry, run)
    await work(run, connector, report)
  } catch (error) {
    report.problems.push(problemOf(error, run))
    report.status = report.created + report.updated > 0 ? 'partial' : 'failed'
  } finally {
    await connector?.session.close()
  }
  if (connector !== null) await account(run, connector, report)
  return { ...report, seconds: Math.round((run.clock.now() - began) / 100) / 10 }
}

async function work(run: ConnectorRun, connector: ConnectorSession, report: ConnectorReport): Promise<void> {
  const { entry, state, runId } = run
  const check = await checkConnector(connector, entry.mapping, run.model.labels)
  if (check.problems.length > 0) {
    report.status = 'failed'
    report.problems.push(
      ...check.problems.map(inWords),
      `See all of it with: oql check. ${entry.name} was not touched`,
    )
    return
  }
  const plan = planFor(run, connector, check.fields)
  const matching = matchingFor(run, connector, plan)
  await match(run, matching, report, matchAccounts(matching))
  const counts = noPlanCounts()
  await planChanges(state, plan, runId, counts)
  if (run.deliver) await send(run, connector, matching, counts, report)
  else connector.counts.write += await estimateWrites(state, connector, runId)
  tell(report, counts)
}

function planFor(
  run: ConnectorRun,
  { name, capabilities }: ConnectorSession,
  fields: ConnectorPlan['fields'],
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
  }
}

function matchingFor(run: ConnectorRun, connector: ConnectorSession, plan: ConnectorPlan): Matching {
  const rules = matchRules(plan, connector)
  const { state, normalise, domainsOf } = run
  return { connector, state, plan, rules, normalise, domainsOf, fields: fieldsToRead(plan.mapping, rules) }
}

/** Takes in what matching finds: counts it, and brings back stages that only the CRM still knows. */
async function match(
  run: ConnectorRun,
  matching: Matching,
  report: ConnectorReport,
  pages: AsyncIterable<Found[]>,
): Promise<void> {
  const stageFields = stageFieldsOf(matching.plan.mapping)
  for await (const found of pages) {
    await restoreStages(run.state, found, { stageFields, ...run })
    report.matched += found.length
    run.progress('accounts matched', report.matched, null)
  }
}

async function send(
  run: ConnectorRun,
  connector: ConnectorSession,
  matching: Matching,
  counts: PlanCounts,
  report: ConnectorReport,
): Promise<void> {
  const { state, runId, asOf, entry } = run
  let done = 0
  const delivery: Delivery = {
    connector,
    state,
    mapping: entry.mapping,
    runId,
    asOf,
    counts: noDeliveryCounts(),
    progress: settled => {
      done += settled
      run.progress('changes delivered', done, counts.planned)
    },
  }
  try {
    await deliver(delivery)
    const gone = delivery.counts.gone.splice(0)
    if (gone.length > 0) {
      report.problems.push(
        `${gone.length} records are gone from ${entry.name}: their accounts were matched anew`,
      )
      await match(run, matching, report, matchAgain(matching, gone))
      await planAgain(state, matching.plan, runId, counts, gone)
      await deliver(delivery)
    }
  } finally {
    takeOver(report, delivery, counts)
  }
}

function takeOver(report: ConnectorReport, { counts, connector }: Delivery, planned: PlanCounts): void {
  report.created += counts.created
  report.updated += counts.updated
  report.matched += counts.found
  report.rejected += counts.rejected
  planned.unchanged += counts.unneeded
  if (counts.rejected > 0) {
    report.problems.push(
      `${counts.rejected} changes were refused by ${connector.name}: oql rejections shows why`,
    )
  }
  for (const failure of counts.waitingFor.values())
    report.problems.push(`${counts.waiting} changes wait for the next run: ${failure.message}`)
  if (counts.rejected + counts.waiting > 0) report.status = 'partial'
}

function tell(report: ConnectorReport, counts: PlanCounts): void {
  report.unchanged = counts.unchanged
  report.shared = counts.shared
  report.skipped = counts.skipped
  for (const [speaker, domains] of counts.sharedWith) {
    const others = domains.filter(domain => domain !== speaker)
    report.problems.push(
      `${others.join(', ')} share a record with ${speaker}. To fold them: aliases: { ${speaker}: [${others.join(', ')}] }`,
    )
  }
}

/** What holds however the run ended. */
async function account(
  { state, entry, clock, deliver: delivers }: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  report.linked = await state.links.count(entry.name)
  report.ambiguous = await state.matching.countAmbiguous(entry.name)
  report.calls = { ...connector.counts }
  if (!delivers) return
  const today = new Date(clock.now()).toISOString().slice(0, 10)
  await state.connectors.addCalls(entry.name, today, connector.counts.read + connector.counts.write)
}

function problemOf(error: unknown, { entry, log, signal }: ConnectorRun): string {
  if (signal.aborted) return `${entry.name}: stopped; the next run goes on from here`
  if (error instanceof SessionFault && error.fault === 'quota') {
    return `${entry.name}: ${error.message}. What is left waits for the next run`
  }
  if (error instanceof SessionFault || error instanceof CrmUnavailable)
    return `${entry.name}: ${error.message}`
  if (error instanceof UserError) return inWords(error)
  log.error({ err: error, connector: entry.name }, 'the connector failed')
  return `${entry.name}: ${error instanceof Error ? error.message : String(error)}`
}
