import type { RemoteRecord } from '../../contract/records.ts'
import { accountsOf, candidateOf, decide } from '../../plan/match/match.ts'
import { chunked } from '../read/chunked.ts'
import { lookUp } from './look-up.ts'
import { priceOfLookups } from './lookups.ts'
import { type Found, inScope, type Matching, settle } from './matching.ts'
import { type Filed, file, nothingFiled } from './whole-read.ts'

/** A candidate that a person removes does not show up as changed: so many ambiguous accounts are looked at again each run. */
const FEW_AMBIGUOUS = 100

/** Where there are more, they are looked at again so often: the calls of a run do not grow with them. */
const AMBIGUOUS_AGAIN_AFTER_MS = 24 * 60 * 60_000

/** News, and accounts without a record, looked at at once. */
const PAGE = 1_000

/** Records made or changed since, without our key: those that name an account without a link make it worth a look. */
export async function* lookAtNews(matching: Matching, changedSince: Date): AsyncGenerator<Found[]> {
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
