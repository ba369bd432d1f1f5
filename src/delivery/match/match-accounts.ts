import { followOthers } from './follow-others.ts'
import { lookAtLost } from './look-at-lost.ts'
import { lookAtNews } from './look-at-news.ts'
import { lookedUp, lookUp } from './look-up.ts'
import { priceOfLookups } from './lookups.ts'
import { type Found, inScope, type Matching, settle } from './matching.ts'
import { forgetOtherRules } from './rules-changed.ts'
import { affordable, callsLeft } from './scarce-calls.ts'
import { amongAll, amongAllNow } from './whole-read.ts'

/** A CRM's search index lags by seconds, under load by minutes: so far back what is new is asked for again. */
const INDEX_LAG_MS = 5 * 60_000

/** Its clock is told to the second. */
const CLOCK_STEP_MS = 2_000

/** Domains looked up at once. */
const PAGE = 1_000

/** Where calls are scarce: what looking for accounts without a record may take of those that are left, the rest is for their records. */
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
  if (seenUntil !== null) {
    await followOthers(matching, seenUntil)
    yield* lookAtNews(matching, seenUntil)
    yield* lookAtLost(matching, isScarce ? reserveOf(matching) : 0)
  }
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
  const reserve = reserveOf(matching)
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

/** Calls that are kept for writing. */
const reserveOf = ({ connector }: Matching): number => callsLeft(connector) * (1 - SHARE_OF_LOOKUPS)

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
