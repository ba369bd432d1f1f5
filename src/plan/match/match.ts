import type { Match, PreferRule } from '../../config/mapping.ts'
import type { FieldValue } from '../../contract/fields.ts'
import type { RemoteRecord } from '../../contract/records.ts'
import type { LinkedBy } from '../../domain/link.ts'
import { holds } from '../../domain/when.ts'
import { isWebsite } from './is-website.ts'

/** What decides which record is an account's. */
export interface MatchRules extends Match {
  /** Fields that hold more domains, separated by `;`. */
  alsoMatches: readonly string[]
  /** The field that carries the domain of the account that a record was chosen for. */
  key: string
  /** Fields that tell candidates apart for a person. */
  display: readonly string[]
}

/**
 * The account that a host, address or key in a CRM stands for, with aliases folded; null where it stands for none.
 * `store` has the rule.
 */
export type Normalise = (raw: string) => string | null

/** A record, and the accounts that it may belong to. */
export interface Candidate {
  record: RemoteRecord
  /** The account whose key it carries, and whether it is spelled as we spell it. */
  key: { domain: string; exact: boolean } | null
  /** Accounts named by its own domains; none for a record that `skip` leaves out. */
  domains: ReadonlySet<string>
  /** Accounts named by what is no website of theirs: a page on their host, an e-mail address. */
  pages: ReadonlySet<string>
}

export type Matched =
  | { match: 'linked'; record: RemoteRecord; by: Exclude<LinkedBy, 'hand'>; stamped: boolean }
  | { match: 'ambiguous'; candidates: readonly CandidateShown[] }
  | { match: 'absent' }

/** What a person sees of a record that may be meant. */
interface CandidateShown {
  remoteId: string
  fields: Readonly<Record<string, FieldValue>>
}

/** The fields that matching reads of a record, each once. */
export function fieldsToMatch({ by, skip, prefer, alsoMatches, key, display }: MatchRules): string[] {
  const asked = prefer.flatMap(rule => (rule === 'oldest' ? [] : Object.values(rule)))
  return [...new Set([by, key, ...alsoMatches, ...(skip ?? []).flatMap(Object.keys), ...asked, ...display])]
}

/** Reads from a record which accounts it may belong to. `skip` is no bar to a record that was chosen before. */
export function candidateOf(record: RemoteRecord, rules: MatchRules, normalise: Normalise): Candidate {
  const named = Map.groupBy(isSkipped(record, rules) ? [] : namesOf(record, rules), isWebsite)
  const accounts = (isOwn: boolean) => new Set((named.get(isOwn) ?? []).flatMap(raw => normalise(raw) ?? []))
  return {
    record,
    key: keyOf(record, rules.key, normalise),
    domains: accounts(true),
    pages: accounts(false),
  }
}

/** The accounts that a candidate speaks for: what to file it under before `decide` is asked. */
export const accountsOf = ({ key, domains, pages }: Candidate): ReadonlySet<string> =>
  new Set([...(key === null ? [] : [key.domain]), ...domains, ...pages])

/**
 * Decides which of these candidates is the account's record: our key, else the only one with the domain, else what the
 * `prefer` rules leave. Never a guess: a record that names it by a page alone is for a person to choose.
 */
export function decide(domain: string, candidates: Iterable<Candidate>, rules: MatchRules): Matched {
  const known = [...new Map(Iterator.from(candidates).map(c => [c.record.remoteId, c])).values()]
  const keyed = keyedFor(domain, known)
  if (keyed.length > 0) return one(keyed, domain, 'key') ?? ambiguous(keyed, rules)
  const named = known.filter(({ domains }) => domains.has(domain))
  if (named.length === 0) {
    const pages = known.filter(candidate => candidate.pages.has(domain))
    return pages.length === 0 ? { match: 'absent' } : ambiguous(pages, rules)
  }
  return (
    one(named, domain, 'domain') ??
    one(preferred(named, rules.prefer), domain, 'rule') ??
    ambiguous(named, rules)
  )
}

/** Matches these accounts over these records at once. Every account gets an answer. */
export function matchAll(
  domains: Iterable<string>,
  records: Iterable<RemoteRecord>,
  rules: MatchRules,
  normalise: Normalise,
): Map<string, Matched> {
  const filed = new Map<string, Candidate[]>(Iterator.from(domains).map(domain => [domain, []]))
  for (const record of records) {
    const candidate = candidateOf(record, rules, normalise)
    for (const domain of accountsOf(candidate)) filed.get(domain)?.push(candidate)
  }
  return new Map(filed.entries().map(([domain, found]) => [domain, decide(domain, found, rules)]))
}

const isSkipped = ({ fields }: RemoteRecord, { skip }: MatchRules): boolean =>
  skip !== null && holds(skip, field => fields[field] ?? null)

function keyOf(record: RemoteRecord, field: string, normalise: Normalise): Candidate['key'] {
  const raw = record.fields[field]
  if (typeof raw !== 'string') return null
  const domain = normalise(raw)
  return domain === null ? null : { domain, exact: raw.trim().toLowerCase() === domain }
}

/** What stands in its fields for domains. */
function namesOf({ fields }: RemoteRecord, rules: MatchRules): string[] {
  const more = rules.alsoMatches.flatMap(field => String(fields[field] ?? '').split(';'))
  return [String(fields[rules.by] ?? ''), ...more].map(raw => raw.trim()).filter(raw => raw !== '')
}

/** Records with the account's key; with that of a domain that is now folded into it only where none has its own. */
function keyedFor(domain: string, candidates: readonly Candidate[]): Candidate[] {
  const keyed = candidates.filter(({ key }) => key?.domain === domain)
  const exact = keyed.filter(({ key }) => key?.exact)
  return exact.length > 0 ? exact : keyed
}

function one(
  candidates: readonly Candidate[],
  domain: string,
  by: Exclude<LinkedBy, 'hand'>,
): Matched | null {
  const [only, ...others] = candidates
  if (only === undefined || others.length > 0) return null
  const stamped = only.key?.domain === domain && only.key.exact
  return { match: 'linked', record: only.record, by, stamped }
}

/** What the rules leave, asked in order. One that no candidate passes is skipped. */
function preferred(candidates: readonly Candidate[], rules: readonly PreferRule[]): readonly Candidate[] {
  return rules.reduce<readonly Candidate[]>((left, rule) => {
    const passing = passingOf(left, rule)
    return passing.length === 0 ? left : passing
  }, candidates)
}

function passingOf(candidates: readonly Candidate[], rule: PreferRule): readonly Candidate[] {
  if (rule === 'oldest') return oldest(candidates)
  if ('empty' in rule) return candidates.filter(({ record }) => isEmpty(record.fields[rule.empty]))
  return candidates.filter(({ record }) => !isEmpty(record.fields[rule.set]))
}

/** Those made first: several where the CRM gives them the same moment. */
function oldest(candidates: readonly Candidate[]): readonly Candidate[] {
  const first = Math.min(...candidates.map(madeAt))
  return candidates.filter(candidate => madeAt(candidate) === first)
}

const madeAt = ({ record }: Candidate): number => record.createdAt?.getTime() ?? Number.POSITIVE_INFINITY

const isEmpty = (value: FieldValue | undefined): boolean =>
  value === undefined || value === null || value === ''

function ambiguous(candidates: readonly Candidate[], { display }: MatchRules): Matched {
  const shown = candidates.map(({ record }) => ({
    remoteId: record.remoteId,
    fields: Object.fromEntries(display.map(field => [field, record.fields[field] ?? null])),
  }))
  return { match: 'ambiguous', candidates: shown.sort((a, b) => (a.remoteId < b.remoteId ? -1 : 1)) }
}
