import type { Account } from '../domain/account.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import type { ConnectorPlan } from '../plan/connector-plan.ts'
import { isInScope } from '../plan/in-scope.ts'
import {
  type Decision,
  type Standing as PlanStanding,
  planAccount,
  planRetired,
} from '../plan/plan-account.ts'
import { latestDelivered, speakerOf } from '../plan/shared-record.ts'
import type { DeliveredTo } from '../state/delivered.ts'
import type { State } from '../state/state.ts'
import { noPlanCounts, type PlanCounts } from './plan-counts.ts'

/** Of a record that several accounts are linked to. */
interface Shared {
  /** The account that is written, or, where all are retired, cleared. */
  speaker: string
  /** Without retired ones. */
  domains: readonly string[]
}

/** By domain. */
export type SharedRecords = ReadonlyMap<string, Shared>

/**
 * Decides for every account what its record must become, and keeps the changes in the state, in order of worth, for
 * delivery. Of an earlier run's changes nothing is needed: what was not delivered differs still.
 * @param counts is added to
 */
export async function planChanges(
  state: State,
  plan: ConnectorPlan,
  runId: string,
  counts: PlanCounts,
): Promise<void> {
  const shared = await sharedRecords(state, plan)
  for await (const accounts of state.accounts.pages()) {
    await planPage(state, plan, runId, counts, accounts, shared, planAccount)
  }
  // They are no accounts any more: of them only what is to be cleared counts.
  const retired = noPlanCounts()
  for await (const accounts of state.accounts.retired()) {
    await planPage(state, plan, runId, retired, accounts, shared, (p, _, standing, rejected) =>
      planRetired(p, standing, rejected),
    )
  }
  counts.planned += retired.planned
}

/** Plans just these accounts, once they were matched anew. */
export async function planAgain(
  state: State,
  plan: ConnectorPlan,
  runId: string,
  counts: PlanCounts,
  domains: readonly string[],
): Promise<void> {
  const accounts = await state.accounts.get(domains)
  const shared = await sharedRecords(state, plan)
  await planPage(state, plan, runId, counts, [...accounts.values()], shared, planAccount)
}

type Decide = typeof planAccount

async function planPage(
  state: State,
  plan: ConnectorPlan,
  runId: string,
  counts: PlanCounts,
  accounts: readonly Account[],
  shared: ReadonlyMap<string, Shared>,
  decide: Decide,
): Promise<void> {
  const domains = accounts.map(({ domain }) => domain)
  const standings = await standingsOf(state, plan, domains, shared)
  const rejections = await state.rejections.get(plan.connector, domains)
  const inJobs = await state.tickets.waiting(plan.connector, domains)
  const changes: PlannedChange[] = []
  const equal: DeliveredTo[] = []
  for (const account of accounts) {
    const { domain } = account
    if (inJobs.has(domain)) {
      counts.inJobs++
      continue
    }
    const standing = standings.get(domain) ?? { match: 'unknown' }
    const decision = decide(plan, account, standing, rejections.get(domain) ?? null)
    count(counts, decision, shared.get(domain))
    if (decision.kind === 'change') changes.push(decision.change)
    if (decision.kind === 'unchanged') equal.push(...foundEqual(plan, standing))
  }
  await state.delivered.merge(plan.connector, equal)
  await state.changes.plan(runId, changes)
}

/** A record that was only read, and holds all that it should, is as good as written now: no refresh is due on it. */
function foundEqual({ context }: ConnectorPlan, standing: PlanStanding): DeliveredTo[] {
  if (standing.match !== 'linked' || standing.delivered === null || standing.delivered.asOf !== null)
    return []
  const { domain, object } = standing.link
  return [{ domain, object, fields: {}, asOf: context.asOf }]
}

async function standingsOf(
  state: State,
  { connector }: ConnectorPlan,
  domains: readonly string[],
  shared: ReadonlyMap<string, Shared>,
): Promise<Map<string, PlanStanding>> {
  const standings = await state.matching.standings(connector, domains)
  const delivered = await state.delivered.get(connector, domains)
  return new Map(
    standings.entries().map(([domain, standing]): [string, PlanStanding] => {
      if (standing.status !== 'linked') return [domain, { match: standing.status }]
      const speaks = (shared.get(domain)?.speaker ?? domain) === domain
      return [
        domain,
        { match: 'linked', link: standing.link, delivered: delivered.get(domain) ?? null, speaks },
      ]
    }),
  )
}

/** Domain → the record it shares; accounts that share none are not there. Few accounts do: they fit in memory. */
export async function sharedRecords(state: State, plan: ConnectorPlan): Promise<SharedRecords> {
  const byDomain = new Map<string, Shared>()
  for await (const { domains } of state.links.shared(plan.connector)) {
    const retired = await state.accounts.retiredOf(domains)
    const active = domains.filter(domain => !retired.has(domain))
    const accounts = [...(await state.accounts.get(active)).values()]
    // One that `only` leaves alone is not written, and must not silence one that is.
    const speaker = speakerOf(accounts.filter(account => isInScope(plan, account))) ?? speakerOf(accounts)
    const domain = speaker?.domain ?? domains[0]
    if (domain === undefined) continue
    await handOver(state, plan.connector, domain, domains)
    for (const each of domains) byDomain.set(each, { speaker: domain, domains: active })
  }
  return byDomain
}

/** What a shared record holds, whoever wrote it last, is what its speaker goes by, and nobody else any more. */
async function handOver(
  state: State,
  connector: string,
  speaker: string,
  domains: readonly string[],
): Promise<void> {
  const delivered = await state.delivered.get(connector, domains)
  const latest = latestDelivered(delivered.values())
  const held = [...delivered.values()].find(values => values === latest)
  if (held === undefined) return
  await state.transaction(async inside => {
    if (held.domain !== speaker) await inside.delivered.put(connector, [{ ...held, domain: speaker }])
    const others = [...delivered.keys()].filter(domain => domain !== speaker)
    await inside.delivered.remove(connector, others)
  })
}

function count(counts: PlanCounts, decision: Decision, shared: Shared | undefined): void {
  switch (decision.kind) {
    case 'change':
      counts.planned++
      break
    case 'shared':
      counts.shared++
      if (shared !== undefined) counts.sharedWith.set(shared.speaker, shared.domains)
      break
    case 'skipped':
      counts.skipped++
      counts.skippedBecause[decision.reason] = (counts.skippedBecause[decision.reason] ?? 0) + 1
      break
    default:
      counts[decision.kind]++
  }
}
