import type { ConnectorSession } from '../session/connector-session.ts'
import { priceOfLookups, type Spelled } from './lookups.ts'
import type { Matching } from './matching.ts'

/** Retries, and reads that are few: owners, candidates, what is new. */
const CALLS_BESIDE = 20

/** A record is read before a field is filled, written, and asked for its results. */
const CALLS_FOR_EACH_BATCH = 3

/** Accounts whose price is asked for: about what one search takes. */
const SAMPLE = 100

/** Calls that are left today, of our budget or of the CRM's quota, whichever is less; infinite where neither is told. */
export function callsLeft({ session, ledger }: ConnectorSession): number {
  const { dailyLeft = Number.POSITIVE_INFINITY } = session.limits
  const standing = ledger?.standing() ?? null
  return Math.min(dailyLeft, standing === null ? Number.POSITIVE_INFINITY : standing.of - standing.used)
}

/**
 * Whether the calls that are left may not suffice for a run: it is told by the most that the run can need, and costs none.
 */
export async function callsAreScarce(matching: Matching): Promise<boolean> {
  const { connector, state } = matching
  const left = callsLeft(connector)
  if (left === Number.POSITIVE_INFINITY) return false
  let accounts = 0
  let toLookFor = 0
  let sample: string[] = []
  for await (const page of state.accounts.pages()) {
    const domains = page.map(({ domain }) => domain)
    const standings = await state.matching.standings(connector.name, domains)
    const unlinked = domains.filter(domain => standings.get(domain)?.status !== 'linked')
    if (sample.length === 0) sample = unlinked.slice(0, SAMPLE)
    accounts += domains.length
    toLookFor += unlinked.length
  }
  const lookups = (await priceOfLookups(matching, sample, toLookFor)) ?? Number.POSITIVE_INFINITY
  const batches = Math.ceil(accounts / Math.max(1, connector.session.limits.maxBatch))
  return left < lookups + CALLS_FOR_EACH_BATCH * batches + CALLS_BESIDE
}

/** How many accounts like these can be looked up for so many calls, roughly; at least one. */
export async function affordable(
  matching: Matching,
  some: readonly string[],
  calls: number,
  spelled: Spelled = 'any',
): Promise<number> {
  const sample = some.slice(0, SAMPLE)
  const price = await priceOfLookups(matching, sample, sample.length, spelled)
  if (price === null || price === 0) return Number.POSITIVE_INFINITY
  return Math.max(1, Math.floor((sample.length * calls) / price))
}
