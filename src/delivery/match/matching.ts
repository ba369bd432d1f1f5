import type { Mapping } from '../../config/mapping.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { Account } from '../../domain/account.ts'
import type { Link } from '../../domain/link.ts'
import { isInScope } from '../../plan/account/in-scope.ts'
import { type ConnectorPlan, keyField } from '../../plan/connector-plan.ts'
import {
  type Candidate,
  decide,
  fieldsToMatch,
  type Matched,
  type MatchRules,
  type Normalise,
} from '../../plan/match/match.ts'
import { linesOf } from '../../plan/related/lines-of.ts'
import type { State } from '../../state/state.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/** What matching for one connector goes by. */
export interface Matching {
  connector: ConnectorSession
  state: State
  /** Null outside of runs. */
  runId: string | null
  plan: ConnectorPlan
  rules: MatchRules
  normalise: Normalise
  /** Every field that is read of a record: for matching, and as what it holds before our first write. */
  fields: readonly string[]
  /** Domains that fold into an account, its own first. */
  domainsOf(account: string): readonly string[]
  /** Account → domains that fold into it, as the config has them. */
  aliases: Readonly<Record<string, readonly string[]>>
  /** Whether every record of the CRM was read in this run, and those that may be an account's lie in the state. */
  whole: { isStaged: boolean }
}

export function matchRules(plan: ConnectorPlan, { capabilities }: ConnectorSession): MatchRules {
  const { object, match } = plan.mapping
  return {
    ...match,
    alsoMatches: capabilities.alsoMatches[object]?.[match.by] ?? [],
    key: keyField(plan, object),
    display: capabilities.display[object] ?? [],
  }
}

/** The fields to read of each record: those that the mapping writes are what it holds before our first write. */
export function fieldsToRead(mapping: Mapping, rules: MatchRules): string[] {
  return [...new Set([...fieldsToMatch(rules), ...linesOf(mapping, mapping.object).map(line => line.to)])]
}

/** Of these domains, those whose accounts the connector may write at all: the others are not even looked for. */
export async function inScope({ state, plan }: Matching, domains: readonly string[]): Promise<string[]> {
  if (plan.only === null) return [...domains]
  const accounts = await state.accounts.get(domains)
  return domains.filter(domain => {
    const account = accounts.get(domain)
    return account !== undefined && isInScope(plan, account)
  })
}

/** What a matched record tells beside the link. */
export interface Found {
  account: Account
  link: Link
  record: RemoteRecord
}

/**
 * Decides each account's record from these candidates and remembers it: linked, ambiguous or absent.
 * @returns the links that were made
 */
export async function settle(
  matching: Matching,
  domains: readonly string[],
  candidates: ReadonlyMap<string, readonly Candidate[]>,
): Promise<Found[]> {
  const { connector, state, rules, plan, runId } = matching
  const checkedAt = new Date(connector.clock.now())
  const decided = domains.map((domain): [string, Matched] => [
    domain,
    decide(domain, candidates.get(domain) ?? [], rules),
  ])
  const unmatched = decided.flatMap(([domain, match]) => (match.match === 'absent' ? [domain] : []))
  const madeBefore = await readMadeElsewhere(matching, unmatched)
  const linkTo = (
    domain: string,
    record: RemoteRecord,
    object: string,
  ): Pick<Found, 'record'> & { link: Link } => ({
    record,
    link: {
      connector: connector.name,
      domain,
      object: record.object ?? object,
      remoteId: record.remoteId,
      by: 'key',
      stamped: true,
    },
  })
  const matched = decided.flatMap(([domain, match]) => {
    if (match.match !== 'linked') return []
    const { record, link } = linkTo(domain, match.record, plan.mapping.object)
    return [{ record, link: { ...link, by: match.by, stamped: match.stamped } }]
  })
  const made = madeBefore.entries().map(([domain, { record, object }]) => linkTo(domain, record, object))
  const linked = [...matched, ...made]
  const ambiguous = decided.flatMap(([domain, match]) =>
    match.match === 'ambiguous'
      ? [
          {
            connector: connector.name,
            domain,
            checkedAt,
            candidates: match.candidates.map(({ remoteId, fields }) => ({ ...fields, remoteId })),
          },
        ]
      : [],
  )
  const absent = unmatched.filter(domain => !madeBefore.has(domain))
  await state.transaction(async inside => {
    await inside.links.put(linked.map(({ link }) => link))
    await inside.delivered.put(
      connector.name,
      linked.map(({ link, record }) => ({
        domain: link.domain,
        object: link.object,
        fields: record.fields,
        asOf: null,
      })),
    )
    await inside.matching.putAmbiguous(ambiguous)
    await inside.matching.putAbsent(connector.name, absent, checkedAt, runId)
  })
  const accounts = await state.accounts.get(linked.map(({ link }) => link.domain))
  return linked.flatMap(({ link, record }) => {
    const account = accounts.get(link.domain)
    return account === undefined ? [] : [{ account, link, record }]
  })
}

/**
 * Records that we made as another object than the one that is matched (`create.as: Lead`), by their key: a state that
 * was lost must not make them anew, nor write over what people since made of their names.
 */
async function readMadeElsewhere(
  { connector, plan, normalise }: Matching,
  domains: readonly string[],
): Promise<Map<string, { record: RemoteRecord; object: string }>> {
  const { mapping } = plan
  const found = new Map<string, { record: RemoteRecord; object: string }>()
  const object = mapping.create?.as
  if (object === undefined || object === mapping.object || domains.length === 0) return found
  const key = keyField(plan, object)
  if (!(connector.capabilities.readBy[object] ?? []).includes(key)) return found
  const wanted = new Set(domains)
  const fields = [...new Set([key, ...linesOf(mapping, object).map(line => line.to)])]
  const query = { object, by: key, values: domains } as const
  for await (const record of connector.session.read(query, fields, connector.call)) {
    const domain = normalise(String(record.fields[key] ?? ''))
    if (domain !== null && wanted.has(domain)) found.set(domain, { record, object })
  }
  return found
}
