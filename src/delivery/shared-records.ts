import { isInScope } from '../plan/account/in-scope.ts'
import { latestDelivered, speakerOf } from '../plan/account/shared-record.ts'
import type { ConnectorPlan } from '../plan/connector-plan.ts'
import type { State } from '../state/state.ts'

/** Of a record that several accounts are linked to. */
export interface Shared {
  /** The account that is written, or, where all are retired, cleared. */
  speaker: string
  /** Without retired ones. */
  domains: readonly string[]
}

/** By domain. */
export type SharedRecords = ReadonlyMap<string, Shared>

/** Whether an account is the one that is written on its record. */
export const isSpeaker = (shared: SharedRecords, domain: string): boolean =>
  (shared.get(domain)?.speaker ?? domain) === domain

/** Domain → the record it shares; accounts that share none are not there. Few accounts do: they fit in memory. */
export async function sharedRecords(state: State, plan: ConnectorPlan): Promise<SharedRecords> {
  const byDomain = new Map<string, Shared>()
  for await (const { domains } of state.links.shared(plan.connector)) {
    const retired = await state.accounts.retiredOf(domains)
    const active = domains.filter(domain => !retired.has(domain))
    const accounts = [...(await state.accounts.get(active)).values()]
    // One that `only` leaves alone is not written, and must not silence one that is.
    const speaker = speakerOf(accounts.filter(account => isInScope(plan, account))) ?? speakerOf(accounts)
    const domain = speaker?.domain ?? domains[0]
    if (domain === undefined) continue
    await handOver(state, plan.connector, domain, domains)
    for (const each of domains) byDomain.set(each, { speaker: domain, domains: active })
  }
  return byDomain
}

/** What a shared record holds, whoever wrote it last, is what its speaker goes by, and nobody else any more. */
async function handOver(
  state: State,
  connector: string,
  speaker: string,
  domains: readonly string[],
): Promise<void> {
  const delivered = await state.delivered.get(connector, domains)
  const latest = latestDelivered(delivered.values())
  const held = [...delivered.values()].find(values => values === latest)
  if (held === undefined) return
  await state.transaction(async inside => {
    if (held.domain !== speaker) await inside.delivered.put(connector, [{ ...held, domain: speaker }])
    const others = [...delivered.keys()].filter(domain => domain !== speaker)
    await inside.delivered.remove(connector, others)
  })
}
