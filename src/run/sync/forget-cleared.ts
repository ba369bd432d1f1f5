import type { Logger } from 'pino'
import type { State } from '../../state/state.ts'
import type { ConnectorParts } from '../connector-parts.ts'

/**
 * Retired accounts end once no connector has anything of them left to clear; one that is not in the config now may come
 * back, and is waited for.
 */
export async function forgetCleared(
  state: State,
  runId: string,
  { connectors, unplanned }: ConnectorParts,
  log: Logger,
): Promise<void> {
  const reports = Object.entries(connectors)
  // What it holds nobody knows.
  if (reports.some(([name, { status }]) => status === 'failed' || unplanned.has(name))) return
  const names = Object.keys(connectors)
  const away = (await state.connectors.names()).filter(name => !names.includes(name))
  const waiting = await waitingToClear(state, runId, names)
  const uncleared = new Map<string, number>()
  for await (const page of state.accounts.retired()) {
    const domains = page.map(({ domain }) => domain)
    const kept = new Set(waiting)
    for (const name of names)
      for (const domain of await refusedToClear(state, name, domains)) kept.add(domain)
    for (const name of away) {
      const held = await holdingOurs(state, name, domains)
      for (const domain of held) kept.add(domain)
      if (held.length > 0) uncleared.set(name, (uncleared.get(name) ?? 0) + held.length)
    }
    await state.forgetRetired(domains.filter(domain => !kept.has(domain)))
  }
  for (const [connector, accounts] of uncleared)
    log.warn(
      { connector, accounts },
      'accounts that the config leaves out stay remembered: a connector that is not in the config any more has not cleared its fields on their records. Back in the config, it does',
    )
  // Their links ended with them.
  for (const [connector, report] of reports) report.linked = await state.links.count(connector)
}

/** Those whose clearing was refused. Who dismissed it leaves what is there as it is. */
async function refusedToClear(
  state: State,
  connector: string,
  domains: readonly string[],
): Promise<string[]> {
  const rejections = await state.rejections.get(connector, domains)
  const refused = domains.filter(domain => ['open', 'retry'].includes(rejections.get(domain)?.status ?? ''))
  return holdingOurs(state, connector, refused)
}

/** Those with something of ours on their record. */
async function holdingOurs(state: State, connector: string, domains: readonly string[]): Promise<string[]> {
  const links = await state.links.get(connector, domains)
  const delivered = await state.delivered.get(connector, domains)
  return domains.filter(domain => {
    const link = links.get(domain)
    return link !== undefined && (link.stamped || delivered.get(domain)?.asOf != null)
  })
}

async function waitingToClear(
  state: State,
  runId: string,
  connectors: readonly string[],
): Promise<ReadonlySet<string>> {
  const waiting = new Set<string>()
  for (const connector of connectors) {
    for (const domain of await state.tickets.retiring(connector)) waiting.add(domain)
    for await (const page of state.changes.planned(runId, connector)) {
      for (const { action, domain } of page) if (action === 'retire') waiting.add(domain)
    }
  }
  return waiting
}
