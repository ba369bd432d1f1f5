import type { Account } from '../domain/account.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import {
  type Decision,
  type Standing as PlanStanding,
  planAccount,
  planRetired,
} from '../plan/account/plan-account.ts'
import { type ConnectorPlan, keyField } from '../plan/connector-plan.ts'
import type { DeliveredTo } from '../state/delivered.ts'
import { learnFields, type Unlearnt, unknownFields } from './match/learn-fields.ts'
import { type Held, learnUnknown } from './match/learn-unknown.ts'
import type { Matching } from './match/matching.ts'
import { affordable, callsLeft } from './match/scarce-calls.ts'
import { noPlanCounts, type PlanCounts } from './plan-counts.ts'
import { isSpeaker, type Shared, type SharedRecords, sharedRecords } from './shared-records.ts'
import { isUnwanted } from './write/resolve-unwanted.ts'
import { isUrgent } from './write/urgent.ts'

/** What planning goes by, and what it adds up in. */
export interface Planning {
  matching: Matching
  runId: string
  counts: PlanCounts
  /**
   * Whether the calls of the day may not suffice. Moves went before then: what became of them is not planned again; and of
   * the records to be made those are planned that can be looked for and made.
   */
  isScarce?: boolean
}

/** Accounts that are looked for again at once, before they get a record. */
const CREATES_AT_ONCE = 1_000

/** Records whose fields are learnt at once: few reads, and none for a handful of them. */
const LEARNT_AT_ONCE = 1_000

/**
 * Decides for every account what its record must become, and keeps the changes in the state, in order of worth, for
 * delivery. Of an earlier run's changes nothing is needed: what was not delivered differs still.
 *
 * An account that would get a record though it was not looked for just now is looked for again first: a record that
 * carries a key of ours, or that an admin restored, is no news to us when its website changes, and a second one would
 * be made beside it.
 * @param lookAgain finds what is there of these accounts now, and remembers it
 */
export async function planChanges(
  planning: Planning,
  lookAgain: (domains: readonly string[]) => Promise<void>,
): Promise<void> {
  const { matching, counts } = planning
  const { state } = matching
  const shared = await sharedRecords(state, matching.plan)
  let creates: string[] = []
  const settleCreates = async (): Promise<void> => {
    const most = planning.isScarce ? await mostCreates(matching, creates) : creates.length
    const domains = creates.slice(0, most)
    counts.postponed += creates.length - domains.length
    creates = []
    await lookAgain(domains)
    await planAgain(planning, domains)
  }
  let unlearnt: Unlearnt[] = []
  const settleUnlearnt = async (): Promise<void> => {
    const some = unlearnt
    unlearnt = []
    await planLearnt(planning, some)
  }
  for await (const accounts of state.accounts.pages()) {
    const left = await planPage(planning, accounts, shared, planAccount, { looksAgain: true, learns: true })
    creates.push(...left.creates)
    unlearnt.push(...left.unlearnt)
    if (creates.length >= CREATES_AT_ONCE) await settleCreates()
    if (unlearnt.length >= LEARNT_AT_ONCE) await settleUnlearnt()
  }
  if (creates.length > 0) await settleCreates()
  if (unlearnt.length > 0) await settleUnlearnt()
  // They are no accounts any more: of them only what is to be cleared counts.
  const retired = noPlanCounts()
  for await (const accounts of state.accounts.retired()) {
    await planPage({ ...planning, counts: retired }, accounts, shared, (p, _, standing, rejected) =>
      planRetired(p, standing, rejected),
    )
  }
  counts.planned += retired.planned
  counts.isWhole = true
}

/** How many of these records can be looked for and made with the calls that are left, but for one to spare. */
function mostCreates(matching: Matching, domains: readonly string[]): Promise<number> {
  const { connector } = matching
  const writes = Math.ceil(domains.length / connector.session.limits.maxBatch)
  return affordable(matching, domains, callsLeft(connector) - writes - 1, 'plain')
}

/** Plans only moves of the stage of accounts that are linked: what is worth most. */
export async function planMoves(planning: Planning): Promise<void> {
  const { state, plan } = planning.matching
  const shared = await sharedRecords(state, plan)
  for await (const accounts of state.accounts.pages()) {
    const how = { mayGo: isUrgent, learns: true }
    const { unlearnt } = await planPage(planning, accounts, shared, planAccount, how)
    if (unlearnt.length > 0) await planLearnt(planning, unlearnt, { mayGo: isUrgent })
  }
}

/** Plans accounts once it is known what their records hold. */
async function planLearnt(
  planning: Planning,
  unlearnt: readonly Unlearnt[],
  how: PageOptions = {},
): Promise<void> {
  await learnFields(planning.matching, unlearnt)
  await planSome(
    planning,
    unlearnt.map(({ link }) => link.domain),
    how,
  )
}

/** Plans just these accounts, once they were matched anew. */
export async function planAgain(
  planning: Planning,
  domains: readonly string[],
  held: Held = NOTHING_HELD,
): Promise<void> {
  await planSome(planning, domains, { held })
}

async function planSome(planning: Planning, domains: readonly string[], how: PageOptions): Promise<void> {
  const { state, plan } = planning.matching
  const accounts = await state.accounts.get(domains)
  const shared = await sharedRecords(state, plan)
  await planPage(planning, [...accounts.values()], shared, planAccount, how)
}

type Decide = typeof planAccount

const NOTHING_HELD: Held = new Map()
const NO_DOMAINS: ReadonlySet<string> = new Set()

interface PageOptions {
  /** Leaves those that would get a record and are to be looked for again before. */
  looksAgain?: boolean
  /** Leaves those with a field to be written of which nobody knows what it holds. */
  learns?: boolean
  held?: Held
  mayGo?: (change: PlannedChange) => boolean
}

/** Accounts that are left unplanned. */
interface LeftOver {
  creates: string[]
  unlearnt: Unlearnt[]
}

async function planPage(
  { matching, runId, counts, isScarce = false }: Planning,
  accounts: readonly Account[],
  shared: SharedRecords,
  decide: Decide,
  { looksAgain = false, learns = false, held = NOTHING_HELD, mayGo = () => true }: PageOptions = {},
): Promise<LeftOver> {
  const { state, plan } = matching
  const domains = accounts.map(({ domain }) => domain)
  const { standings, old } = await standingsOf(matching, domains, shared, held)
  const rejections = await state.rejections.get(plan.connector, domains)
  const inJobs = await state.tickets.waiting(plan.connector, domains)
  const changes: PlannedChange[] = []
  const equal: DeliveredTo[] = []
  const left: LeftOver = { creates: [], unlearnt: [] }
  const unwanted: string[] = []
  const settled = isScarce ? await state.changes.settled(runId, plan.connector, domains) : NO_DOMAINS
  for (const account of accounts) {
    const { domain } = account
    if (settled.has(domain)) continue
    if (inJobs.has(domain)) {
      counts.inJobs++
      continue
    }
    const standing = standings.get(domain) ?? { match: 'unknown' }
    const rejection = rejections.get(domain) ?? null
    const decision = decide(plan, account, standing, rejection)
    if (looksAgain && old.has(domain) && decision.kind === 'change' && decision.change.action === 'create') {
      left.creates.push(domain)
      continue
    }
    const unlearnt = learns ? unlearntIn(plan, decision, standing, mayGo) : null
    if (unlearnt !== null) {
      left.unlearnt.push(unlearnt)
      continue
    }
    count(counts, decision, shared.get(domain))
    if (rejection !== null && isUnwanted(decision, rejection)) unwanted.push(domain)
    if (decision.kind === 'change' && mayGo(decision.change)) changes.push(decision.change)
    if (decision.kind === 'unchanged') equal.push(...foundEqual(plan, standing))
  }
  await state.delivered.merge(plan.connector, equal)
  await state.changes.plan(runId, changes)
  await state.rejections.resolve(plan.connector, unwanted)
  return left
}

/** Null where all that is to be written is known, or nothing is known at all. */
function unlearntIn(
  plan: ConnectorPlan,
  decision: Decision,
  standing: PlanStanding,
  mayGo: (change: PlannedChange) => boolean,
): Unlearnt | null {
  if (decision.kind !== 'change' || !mayGo(decision.change)) return null
  if (standing.match !== 'linked' || standing.delivered === null) return null
  const { link, delivered } = standing
  const fields = unknownFields(decision.change, delivered, keyField(plan, link.object))
  return fields.length === 0 ? null : { link, fields }
}

/** A record that was only read, and holds all that it should, is as good as written now: no refresh is due on it. */
function foundEqual({ context }: ConnectorPlan, standing: PlanStanding): DeliveredTo[] {
  if (standing.match !== 'linked' || standing.delivered === null || standing.delivered.asOf !== null)
    return []
  const { domain, object } = standing.link
  return [{ domain, object, fields: {}, asOf: context.asOf }]
}

/** What an account's absence is worth: after so long people may have made a record. */
const ABSENT_FOR_MS = 5 * 60_000

/** How the accounts stand; `old`: those that were found absent by an earlier run, or some time ago. */
async function standingsOf(
  matching: Matching,
  domains: readonly string[],
  shared: SharedRecords,
  held: Held,
): Promise<{ standings: Map<string, PlanStanding>; old: ReadonlySet<string> }> {
  const { state, runId, connector } = matching
  const known = await state.matching.standings(connector.name, domains)
  const delivered = await state.delivered.get(connector.name, domains)
  const unknown = [...known.values()].flatMap(standing =>
    standing.status === 'linked' &&
    isSpeaker(shared, standing.link.domain) &&
    !delivered.has(standing.link.domain)
      ? [standing.link]
      : [],
  )
  const learnt = await learnUnknown(matching, unknown, held)
  const standings = new Map<string, PlanStanding>()
  const old = new Set<string>()
  for (const [domain, standing] of known) {
    if (standing.status !== 'linked') standings.set(domain, { match: standing.status })
    else {
      const { link, delivered: read } = learnt.get(domain) ?? { link: standing.link, delivered: null }
      const speaks = isSpeaker(shared, domain)
      standings.set(domain, { match: 'linked', link, delivered: delivered.get(domain) ?? read, speaks })
    }
    if (standing.status !== 'absent') continue
    const isOfNow = connector.clock.now() - standing.checkedAt.getTime() <= ABSENT_FOR_MS
    if (standing.runId !== runId || !isOfNow) old.add(domain)
  }
  return { standings, old }
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
