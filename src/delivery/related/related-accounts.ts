import type { Account } from '../../domain/account.ts'
import { holds, type When } from '../../domain/when.ts'
import { lookupFor } from '../../plan/values/condition-values.ts'
import type { Matching } from '../match/matching.ts'
import type { SharedRecords } from '../shared-records.ts'

/** An account that deserves a lead or contacts, and its record. */
export interface WithRecord {
  account: Account
  /** Null only while planning: this run is going to make it. */
  record: { object: string; remoteId: string } | null
}

/** Of a page of accounts those for which `when` holds and which the connector may write, with their records. */
export async function deserving(
  { state, plan, connector }: Matching,
  accounts: readonly Account[],
  when: When,
  of: { shared: SharedRecords; runId: string; deliver: boolean },
): Promise<{ found: WithRecord[]; without: Account[] }> {
  const chosen = accounts.filter(account => {
    const lookup = lookupFor(account, plan.context, plan.segments)
    return (plan.only === null || holds(plan.only, lookup)) && holds(when, lookup)
  })
  const domains = chosen.map(({ domain }) => domain)
  const links = await state.links.get(connector.name, domains)
  const toBeMade = of.deliver
    ? new Set()
    : await state.changes.creating(of.runId, connector.name, plan.mapping.object, domains)
  const found: WithRecord[] = []
  const without: Account[] = []
  for (const account of chosen) {
    const link = links.get(account.domain)
    const speaks = (of.shared.get(account.domain)?.speaker ?? account.domain) === account.domain
    if (link !== undefined && speaks && link.object === plan.mapping.object)
      found.push({ account, record: link })
    else if (toBeMade.has(account.domain)) found.push({ account, record: null })
    else without.push(account)
  }
  return { found, without }
}
