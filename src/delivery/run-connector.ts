import type { ConnectorEntry } from '../config/config.ts'
import type { Model } from '../config/model.ts'
import { RequestFailed, SessionFault } from '../contract/faults.ts'
import { UserError } from '../domain/errors.ts'
import type { Segments } from '../plan/condition-values.ts'
import type { ConnectorPlan } from '../plan/connector-plan.ts'
import type { Normalise } from '../plan/match.ts'
import type { State } from '../state/state.ts'
import { checkConnector } from './check-connector.ts'
import { blankReport, type ConnectorReport, inWords } from './connector-report.ts'
import type { ConnectorSession } from './connector-session.ts'
import { CrmUnavailable, type Delivery, type DeliveryCounts, deliver, noDeliveryCounts } from './deliver.ts'
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
 * One connector's part of a run: check, match, plan, deliver. What goes wrong ends in the report, so that it holds up
 * no other connector, and what was done before stays recorded.
 */
export async function runConnector(run: ConnectorRun): Promise<ConnectorReport> {
  const began = run.clock.now()
  const report = blankReport()
  const delivered = noDeliveryCounts()
  let connector: ConnectorSession | null = null
  try {
    connector = await openConnector(run.entry, run)
    await work(run, connector, report, delivered)
  } catch (error) {
    report.problems.push(problemOf(error, run))
    report.status = settledIn(delivered) > 0 ? 'partial' : 'failed'
  }
  if (connector !== null) {
    await close(run, connector)
    await account(run, connector, report)
  }
  return { ...report, seconds: Math.round((run.clock.now() - began) / 100) / 10 }
}

const settledIn = ({ created, updated, cleared, rejected, unneeded }: DeliveryCounts): number =>
  created + updated + cleared + rejected + unneeded

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
  delivered: DeliveryCounts,
): Promise<void> {
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
  try {
    if (run.deliver) await send(run, matching, counts, report, delivered)
    else await addEstimate(run, connector, report)
  } finally {
    tell(report, counts)
  }
}

async function addEstimate(
  { state, runId }: ConnectorRun,
  connector: ConnectorSession,
  report: ConnectorReport,
): Promise<void> {
  const { calls, created, updated } = await estimateWrites(state, connector, runId)
  connector.counts.read += calls.read
  connector.counts.write += calls.write
  report.created = created
  report.updated = updated
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
  matching: Matching,
  planned: PlanCounts,
  report: ConnectorReport,
  counts: DeliveryCounts,
): Promise<void> {
  const { state, runId, asOf, entry } = run
  let done = 0
  const delivery: Delivery = {
    connector: matching.connector,
    state,
    mapping: entry.mapping,
    runId,
    asOf,
    counts,
    progress: settled => {
      done += settled
      run.progress('changes delivered', done, planned.planned)
    },
  }
  try {
    await deliver(delivery)
    if (counts.gone.length > 0) await replace(run, delivery, matching, planned, report)
  } finally {
    const { planned: left } = await state.changes.countsByStatus(runId, entry.name)
    takeOver(report, counts, planned, entry.name, left)
  }
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
    await match(run, matching, report, matchAgain(matching, lost))
    await planAgain(state, matching.plan, runId, planned, lost)
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
  let tried = 0
  for (const { changes, failure } of counts.waitingFor.values()) {
    tried += changes
    report.problems.push(`${changes} changes wait for the next run: ${failure.message}`)
  }
  if (left > tried) report.problems.push(`${left - tried} changes were not sent and wait for the next run`)
  if (counts.rejected + left > 0) report.status = 'partial'
}

function tell(report: ConnectorReport, counts: PlanCounts): void {
  report.unchanged = counts.unchanged
  report.ambiguous = counts.ambiguous
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
  if (error instanceof SessionFault || error instanceof RequestFailed || error instanceof CrmUnavailable)
    return `${entry.name}: ${error.message}`
  if (error instanceof UserError) return inWords(error)
  log.error({ err: error, connector: entry.name }, 'the connector failed')
  return `${entry.name}: ${error instanceof Error ? error.message : String(error)}`
}
