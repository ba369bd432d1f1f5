import type { Query, RemoteRecord } from '../contract/records.ts'
import { accountsOf, type Candidate, candidateOf } from '../plan/match.ts'
import { type Found, inScope, type Matching, settle } from './matching-context.ts'

/** A CRM's search index lags by seconds, under load by minutes: so far back what is new is asked for again. */
const INDEX_LAG_MS = 5 * 60_000

/** Its clock is told to the second. */
const CLOCK_STEP_MS = 2_000

/** A candidate that a person removes does not show up as changed: so many ambiguous accounts are looked at again each run. */
const FEW_AMBIGUOUS = 100

/** Where there are more, they are looked at again so often: the calls of a run do not grow with them. */
const AMBIGUOUS_AGAIN_AFTER_MS = 24 * 60 * 60_000

/** Domains looked up at once, and records staged at once. */
const PAGE = 1_000

/**
 * Finds the records of accounts that were never looked for, and of those for which the CRM has something new; all
 * others cost nothing. What was found is remembered as it is found, so a kill loses no more than a page.
 * @returns links made in this run, a page at a time
 */
export async function* matchAccounts(matching: Matching): AsyncGenerator<Found[]> {
  const { connector, state } = matching
  // The CRM says by its own clock when a record was changed.
  const began = connector.clock.now() + (connector.session.limits.clockAheadMs ?? 0)
  const { seenUntil } = await state.connectors.get(connector.name)
  if (seenUntil !== null) yield* lookAtNews(matching, seenUntil)
  const sawAll = yield* lookForUnseen(matching)
  const seen = began - (sawAll ? CLOCK_STEP_MS : INDEX_LAG_MS)
  await state.connectors.update(connector.name, {
    seenUntil: new Date(Math.max(seen, seenUntil?.getTime() ?? seen)),
  })
}

/** Looks for these accounts anew, such as those whose record is gone. */
export async function* matchAgain(matching: Matching, domains: readonly string[]): AsyncGenerator<Found[]> {
  for (let at = 0; at < domains.length; at += PAGE)
    yield await lookUp(matching, domains.slice(at, at + PAGE), [])
}

/** @returns whether every record was read, from the CRM's list, which does not lag */
async function* lookForUnseen(matching: Matching): AsyncGenerator<Found[], boolean> {
  const { state, connector } = matching
  const pages = async function* () {
    for await (const page of state.matching.unseen(connector.name)) yield await inScope(matching, page)
  }
  if (await readingAllIsCheaper(matching, pages())) {
    await stageAll(matching)
    for await (const page of pages()) yield await settle(matching, page, await staged(matching, page))
    await state.candidates.clear(connector.name)
    return true
  }
  for await (const page of pages()) if (page.length > 0) yield await lookUp(matching, page, [])
  return false
}

/** Compares what both ways cost. The lookups of all pages cost in proportion to those of the first. */
async function readingAllIsCheaper(matching: Matching, pages: AsyncIterable<string[]>): Promise<boolean> {
  const { connector, plan } = matching
  let first: string[] = []
  let accounts = 0
  for await (const page of pages) {
    if (first.length === 0) first = page
    accounts += page.length
  }
  if (first.length === 0) return false
  const queries = lookups(matching, first)
  if (queries === null) return true
  const all = await connector.session.estimate({ object: plan.mapping.object, all: true }, connector.call)
  let once = 0
  for (const query of queries) once += (await connector.session.estimate(query, connector.call)).calls
  return all.calls <= Math.ceil((once * accounts) / first.length)
}

/** The queries that find these accounts' records; null where the CRM can't be asked by the field that matches. */
function lookups(
  { connector, plan, rules, domainsOf }: Matching,
  domains: readonly string[],
): Query[] | null {
  const { object } = plan.mapping
  const readable = connector.capabilities.readBy[object] ?? []
  const fields = [rules.by, ...rules.alsoMatches]
  if (!fields.every(field => readable.includes(field))) return null
  const names = domains.flatMap(domainsOf)
  const spelled = names.flatMap(spellings)
  const byDomain = fields.map(by => ({ object, by, values: spelled }))
  return readable.includes(rules.key) ? [...byDomain, { object, by: rules.key, values: names }] : byDomain
}

/** People and tools write addresses into such fields, and a lookup finds only what it names. */
const spellings = (name: string): string[] =>
  ['', 'https://', 'http://'].flatMap(scheme =>
    [name, `www.${name}`].flatMap(host =>
      scheme === '' ? [host] : [`${scheme}${host}`, `${scheme}${host}/`],
    ),
  )

async function lookUp(
  matching: Matching,
  domains: readonly string[],
  known: readonly RemoteRecord[],
): Promise<Found[]> {
  const { connector, fields, plan } = matching
  const filed = new Map(domains.map((domain): [string, Candidate[]] => [domain, []]))
  for (const record of known) file(matching, filed, record)
  // Without all records of a domain there is no telling whether it has one, none or several.
  for (const query of lookups(matching, domains) ?? [{ object: plan.mapping.object, all: true }]) {
    for await (const record of connector.session.read(query, fields, connector.call))
      file(matching, filed, record)
  }
  return settle(matching, domains, filed)
}

function file(
  { rules, normalise }: Matching,
  filed: ReadonlyMap<string, Candidate[]>,
  record: RemoteRecord,
): void {
  const candidate = candidateOf(record, rules, normalise)
  for (const domain of accountsOf(candidate)) filed.get(domain)?.push(candidate)
}

/** Keeps the records that may be an unseen account's, in the state and not in memory. */
async function stageAll(matching: Matching): Promise<void> {
  const { connector, state, plan, fields, rules, normalise } = matching
  await state.candidates.clear(connector.name)
  const query = { object: plan.mapping.object, all: true } as const
  for await (const records of chunked(connector.session.read(query, fields, connector.call), PAGE)) {
    const rows = records.flatMap(record =>
      [...accountsOf(candidateOf(record, rules, normalise))].map(domain => ({ domain, record })),
    )
    const accounts = await state.accounts.get(rows.map(({ domain }) => domain))
    await state.candidates.add(
      connector.name,
      rows.filter(({ domain }) => accounts.has(domain)),
    )
  }
}

async function staged(
  { state, connector, rules, normalise }: Matching,
  domains: readonly string[],
): Promise<Map<string, Candidate[]>> {
  const found = await state.candidates.get(connector.name, domains)
  return new Map(
    found
      .entries()
      .map(([domain, records]) => [domain, records.map(record => candidateOf(record, rules, normalise))]),
  )
}

/** Records made or changed since, without our key: those that name an account without a link make it worth a look. */
async function* lookAtNews(matching: Matching, changedSince: Date): AsyncGenerator<Found[]> {
  const { connector, state, plan, fields, rules, normalise } = matching
  const query = { object: plan.mapping.object, changedSince, unlinked: true } as const
  for await (const records of chunked(connector.session.read(query, fields, connector.call), PAGE)) {
    const named = new Set(records.flatMap(record => [...accountsOf(candidateOf(record, rules, normalise))]))
    const standings = await state.matching.standings(connector.name, [...named])
    const unsettled = [...standings].flatMap(([domain, { status }]) =>
      status === 'absent' || status === 'ambiguous' ? [domain] : [],
    )
    const open = await inScope(matching, unsettled)
    if (open.length > 0) yield await lookUp(matching, open, records)
  }
  yield* lookAtAmbiguities(matching)
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
    const filed = new Map(again.map((domain): [string, Candidate[]] => [domain, []]))
    const query = { object: plan.mapping.object, ids: [...new Set(ids)] } as const
    for await (const record of connector.session.read(query, fields, connector.call))
      file(matching, filed, record)
    yield await settle(matching, again, filed)
  }
}

async function* chunked<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
