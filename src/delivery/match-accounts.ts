import type { RemoteRecord } from '../contract/records.ts'
import { accountsOf, candidateOf, decide } from '../plan/match.ts'
import { chunked } from './chunked.ts'
import { lookups, priceOfLookups, type Spelled } from './lookups.ts'
import { type Found, inScope, type Matching, settle } from './matching-context.ts'
import { forgetOtherRules } from './rules-changed.ts'
import { affordable, callsLeft } from './scarce-calls.ts'
import { amongAll, amongAllNow, type Filed, file, nothingFiled } from './whole-read.ts'

/** A CRM's search index lags by seconds, under load by minutes: so far back what is new is asked for again. */
const INDEX_LAG_MS = 5 * 60_000

/** Its clock is told to the second. */
const CLOCK_STEP_MS = 2_000

/** A candidate that a person removes does not show up as changed: so many ambiguous accounts are looked at again each run. */
const FEW_AMBIGUOUS = 100

/** Where there are more, they are looked at again so often: the calls of a run do not grow with them. */
const AMBIGUOUS_AGAIN_AFTER_MS = 24 * 60 * 60_000

/** Domains looked up at once, and news looked at at once. */
const PAGE = 1_000

/** Where calls are scarce: what looking for new accounts may take of those that are left, the rest is for their records. */
const SHARE_OF_LOOKUPS = 0.5

/**
 * Finds the records of accounts that were never looked for, and of those for which the CRM has something new; all
 * others cost nothing. What was found is remembered as it is found, so a kill loses no more than a page.
 * @returns links made in this run, a page at a time
 */
export async function* matchAccounts(
  matching: Matching,
  { isScarce = false }: { isScarce?: boolean } = {},
): AsyncGenerator<Found[]> {
  const { connector, state } = matching
  await forgetOtherRules(matching)
  // The CRM says by its own clock when a record was changed.
  const began = connector.clock.now() + (connector.session.limits.clockAheadMs ?? 0)
  const { seenUntil } = await state.connectors.get(connector.name)
  if (seenUntil !== null) yield* lookAtNews(matching, seenUntil)
  const sawAll = isScarce ? yield* lookForSome(matching) : yield* lookForUnseen(matching)
  const seen = began - (sawAll ? CLOCK_STEP_MS : INDEX_LAG_MS)
  await state.connectors.update(connector.name, {
    seenUntil: new Date(Math.max(seen, seenUntil?.getTime() ?? seen)),
  })
}

/** Looks for these accounts anew, such as those whose record is gone. */
export async function* matchAgain(matching: Matching, domains: readonly string[]): AsyncGenerator<Found[]> {
  for (let at = 0; at < domains.length; at += PAGE) {
    const page = domains.slice(at, at + PAGE)
    const filed = (await lookedUp(matching, page)) ?? (await amongAllNow(matching, page))
    yield await settle(matching, page, filed)
  }
}

/**
 * Looks once more for accounts that are about to get a record. They were looked for by every spelling before; what
 * they missed since are records that carry a key of ours, whose domains people keep.
 */
export async function* lookAgain(matching: Matching, domains: readonly string[]): AsyncGenerator<Found[]> {
  const filed = (await lookedUp(matching, domains, 'plain')) ?? (await amongAllNow(matching, domains))
  yield await settle(matching, domains, filed)
}

/** @returns whether every record was read, from the CRM's list, which does not lag */
async function* lookForUnseen(matching: Matching): AsyncGenerator<Found[], boolean> {
  const { state, connector } = matching
  const pages = async function* () {
    for await (const page of state.matching.unseen(connector.name)) yield await inScope(matching, page)
  }
  if (await readingAllIsCheaper(matching, pages())) {
    for await (const page of pages()) yield await settle(matching, page, await amongAll(matching, page))
    return true
  }
  for await (const page of pages()) if (page.length > 0) yield await lookUp(matching, page, [])
  return false
}

/**
 * Where calls are scarce, all records may be more than a day's calls: accounts are looked up, as many as a share of the
 * calls allows, and the next run goes on behind them. Those that can't be looked up are read whole, or not at all.
 */
async function* lookForSome(matching: Matching): AsyncGenerator<Found[], boolean> {
  const { state, connector } = matching
  const reserve = callsLeft(connector) * (1 - SHARE_OF_LOOKUPS)
  for await (const page of state.matching.unseen(connector.name)) {
    const open = await inScope(matching, page)
    if (open.length > 0 && (await allIsCheaper(matching, open))) return yield* lookForUnseen(matching)
    for (let rest = open; rest.length > 0; ) {
      const left = callsLeft(connector) - reserve
      if (left < 1) return false
      const some = rest.slice(0, await affordable(matching, rest, left))
      yield await lookUp(matching, some, [])
      rest = rest.slice(some.length)
    }
  }
  return false
}

/** Whether all records can be read for less than these accounts', and for what is left. */
async function allIsCheaper(matching: Matching, domains: readonly string[]): Promise<boolean> {
  const { connector } = matching
  const price = await priceOfLookups(matching, domains, domains.length)
  if (price === null) return true
  const all = await priceOfAll(matching)
  return all <= Math.min(price, callsLeft(connector))
}

/** Compares what both ways cost. */
async function readingAllIsCheaper(matching: Matching, pages: AsyncIterable<string[]>): Promise<boolean> {
  let first: string[] = []
  let accounts = 0
  for await (const page of pages) {
    if (first.length === 0) first = page
    accounts += page.length
  }
  if (first.length === 0) return false
  const price = await priceOfLookups(matching, first, accounts)
  if (price === null) return true
  const all = await priceOfAll(matching)
  return all <= price
}

async function priceOfAll({ connector, plan, fields }: Matching): Promise<number> {
  const query = { object: plan.mapping.object, all: true } as const
  return (await connector.session.estimate(query, connector.call, fields)).calls
}

/** Decides these accounts from all their records: without all of them there is no telling one from several. */
async function lookUp(
  matching: Matching,
  domains: readonly string[],
  known: readonly RemoteRecord[],
): Promise<Found[]> {
  const filed = (await lookedUp(matching, domains)) ?? (await amongAll(matching, domains))
  for (const record of known) file(matching, filed, record)
  return settle(matching, domains, filed)
}

/** Null where the CRM can't be asked for these accounts' records alone. */
async function lookedUp(
  matching: Matching,
  domains: readonly string[],
  spelled: Spelled = 'any',
): Promise<Filed | null> {
  const { connector, fields } = matching
  const queries = lookups(matching, domains, spelled)
  if (queries === null) return null
  const filed = nothingFiled(domains)
  for (const query of queries) {
    for await (const record of connector.session.read(query, fields, connector.call))
      file(matching, filed, record)
  }
  return filed
}

/** Records made or changed since, without our key: those that name an account without a link make it worth a look. */
async function* lookAtNews(matching: Matching, changedSince: Date): AsyncGenerator<Found[]> {
  const { connector, plan, fields } = matching
  const query = { object: plan.mapping.object, changedSince, unlinked: true } as const
  const readBefore = connector.counts.read
  for await (const records of chunked(connector.session.read(query, fields, connector.call), PAGE)) {
    const open = await namedBy(matching, records)
    if (open.length > 0) yield await lookUp(matching, open, records)
    const isLast = records.length < PAGE
    if (isLast || connector.counts.read - readBefore <= (await priceOfUnsettled(matching))) continue
    // A tool that touches every record each night must not make every run read the whole CRM.
    yield* lookAtUnsettled(matching)
    return
  }
  yield* lookAtAmbiguities(matching)
}

/** Accounts that are named by these records and whose record is not known yet. */
async function namedBy(matching: Matching, records: readonly RemoteRecord[]): Promise<string[]> {
  const { connector, state, rules, normalise } = matching
  const named = new Set(records.flatMap(record => [...accountsOf(candidateOf(record, rules, normalise))]))
  const standings = await state.matching.standings(connector.name, [...named])
  const unsettled = [...standings].flatMap(([domain, { status }]) =>
    status === 'absent' || status === 'ambiguous' ? [domain] : [],
  )
  return inScopeOrUnseen(matching, unsettled)
}

/**
 * Those that may be written. For the others something may be new that is not looked at now: what was found of them is
 * forgotten, so that they are looked for anew on the day that they are in `only` again.
 */
async function inScopeOrUnseen(matching: Matching, unsettled: readonly string[]): Promise<string[]> {
  const { connector, state } = matching
  const open = await inScope(matching, unsettled)
  const isOpen = new Set(open)
  await state.matching.remove(
    connector.name,
    unsettled.filter(domain => !isOpen.has(domain)),
  )
  return open
}

/** What looking up every account without a record costs. One that can't be looked up is no bound. */
async function priceOfUnsettled(matching: Matching): Promise<number> {
  const { connector, state } = matching
  const accounts = await state.matching.countUnsettled(connector.name)
  for await (const page of state.matching.unsettled(connector.name, PAGE)) {
    return (await priceOfLookups(matching, page, accounts)) ?? Number.POSITIVE_INFINITY
  }
  return 0
}

async function* lookAtUnsettled(matching: Matching): AsyncGenerator<Found[]> {
  const { connector, state } = matching
  for await (const page of state.matching.unsettled(connector.name, PAGE)) {
    const open = await inScopeOrUnseen(matching, page)
    if (open.length > 0) yield await lookUp(matching, open, [])
  }
}

/** Reads the candidates of ambiguous accounts again: one that was removed, merged or renamed is a candidate no more. */
async function* lookAtAmbiguities(matching: Matching): AsyncGenerator<Found[]> {
  const { connector, state, plan, fields } = matching
  const few = (await state.matching.countAmbiguous(connector.name)) <= FEW_AMBIGUOUS
  const before = connector.clock.now() - (few ? 0 : AMBIGUOUS_AGAIN_AFTER_MS)
  for await (const page of chunked(state.matching.ambiguities(connector.name), PAGE)) {
    const old = page.filter(({ checkedAt }) => checkedAt.getTime() < before)
    const again = await inScope(
      matching,
      old.map(({ domain }) => domain),
    )
    if (again.length === 0) continue
    const ids = old.flatMap(({ candidates }) => candidates.map(({ remoteId }) => remoteId))
    const filed = nothingFiled(again)
    const query = { object: plan.mapping.object, ids: [...new Set(ids)] } as const
    for await (const record of connector.session.read(query, fields, connector.call))
      file(matching, filed, record)
    const [changed, same] = ambiguousNoMore(matching, again, filed)
    yield await settle(matching, same, filed)
    if (changed.length > 0) yield await lookUp(matching, changed, [])
  }
}

/** Only candidates that were known were read: where they leave less than two, the others must be asked for too. */
function ambiguousNoMore(
  { rules }: Matching,
  domains: readonly string[],
  filed: Filed,
): [changed: string[], same: string[]] {
  const isAmbiguous = (domain: string) => decide(domain, filed.get(domain) ?? [], rules).match === 'ambiguous'
  return [domains.filter(domain => !isAmbiguous(domain)), domains.filter(isAmbiguous)]
}
