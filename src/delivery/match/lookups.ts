import { domainToUnicode } from 'node:url'
import type { Query } from '../../contract/records.ts'
import type { Matching } from './matching.ts'

/** In which spellings of a domain a record is looked for: in any that people and tools write, or as CRMs keep them. */
export type Spelled = 'any' | 'plain'

/** The queries that find these accounts' records; null where the CRM can't be asked by the field that matches. */
export function lookups(
  { connector, plan, rules, domainsOf }: Matching,
  domains: readonly string[],
  spelled: Spelled = 'any',
): Query[] | null {
  const { object } = plan.mapping
  const readable = connector.capabilities.readBy[object] ?? []
  const fields = [rules.by, ...rules.alsoMatches]
  if (!fields.every(field => readable.includes(field))) return null
  const names = domains.flatMap(domainsOf)
  const values = names.flatMap(name => spellings(name, spelled))
  const byDomain = fields.map(by => ({ object, by, values }))
  return readable.includes(rules.key) ? [...byDomain, { object, by: rules.key, values: names }] : byDomain
}

/**
 * The calls that looking up so many accounts costs, in proportion to those of some of them; null where they can't be
 * looked up.
 */
export async function priceOfLookups(
  matching: Matching,
  some: readonly string[],
  accounts: number,
  spelled: Spelled = 'any',
): Promise<number | null> {
  const { session, call } = matching.connector
  const queries = lookups(matching, some, spelled)
  if (queries === null) return null
  let calls = 0
  for (const query of queries) calls += (await session.estimate(query, call)).calls
  return some.length === 0 ? 0 : Math.ceil((calls * accounts) / some.length)
}

/** People and tools write addresses into such fields, and a lookup finds only what it names. */
const spellings = (name: string, spelled: Spelled): string[] =>
  (spelled === 'any' ? ['', 'https://', 'http://'] : ['']).flatMap(scheme =>
    hostsOf(name).flatMap(host => (scheme === '' ? [host] : [`${scheme}${host}`, `${scheme}${host}/`])),
  )

/** Accounts are named as the domain name system does; people write letters. */
const hostsOf = (name: string): string[] =>
  [...new Set([name, domainToUnicode(name)])].flatMap(each => (each === '' ? [] : [each, `www.${each}`]))
