import { lookedUp, lookUp } from './look-up.ts'
import { type Found, inScope, type Matching } from './matching.ts'
import { callsLeft } from './scarce-calls.ts'
import { amongAll, type Filed, file, nothingFiled } from './whole-read.ts'

const HOUR_MS = 60 * 60_000

/** Once a day: a little less, or a daily run that begins a minute earlier than yesterday's would leave them out. */
const AGAIN_AFTER_MS = 22 * HOUR_MS

/** So long a CRM keeps what was deleted: HubSpot 90 days, Salesforce 15. Nobody can restore it after that. */
const KEPT_DELETED_MS = 90 * 24 * HOUR_MS

/** Accounts looked for at once: about what one search takes. */
const PAGE = 100

/**
 * Looks again for accounts whose record was deleted: when an admin restores it, it carries our key still, and news are
 * asked for without those. Once a day: the calls of a run do not grow with them.
 * @param reserve calls of the day that are kept for what is worth more
 */
export async function* lookAtLost(matching: Matching, reserve: number): AsyncGenerator<Found[]> {
  const { connector, state } = matching
  const now = connector.clock.now()
  await state.lostLinks.drop(connector.name, new Date(now - KEPT_DELETED_MS))
  const due = state.lostLinks.unchecked(connector.name, new Date(now - AGAIN_AFTER_MS), PAGE)
  for await (const page of due) {
    if (callsLeft(connector) <= reserve) return
    const open = await inScope(matching, page)
    if (open.length === 0) continue
    const filed = (await lookedUp(matching, open, 'plain')) ?? (await keyed(matching, open))
    // Of the others nothing new is known: they stand as they stood.
    const found = open.filter(domain => filed.get(domain)?.length)
    if (found.length > 0) yield await lookUp(matching, found, [])
    await state.lostLinks.checked(connector.name, open, new Date(now))
  }
}

/** Where the CRM can't be asked by the field that matches: records that carry the key of these accounts, or of a domain that is folded into one of them. */
async function keyed(matching: Matching, domains: readonly string[]): Promise<Filed> {
  const { connector, plan, rules, fields, domainsOf } = matching
  const { object } = plan.mapping
  if (!connector.capabilities.readBy[object]?.includes(rules.key)) return amongAll(matching, domains)
  const filed = nothingFiled(domains)
  const query = { object, by: rules.key, values: domains.flatMap(domainsOf) } as const
  for await (const record of connector.session.read(query, fields, connector.call))
    file(matching, filed, record)
  return filed
}
