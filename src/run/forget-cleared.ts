import type { ConnectorReport } from '../delivery/connector-report.ts'
import type { State } from '../state/state.ts'

/** Retired accounts end once no connector has anything of them left to clear. */
export async function forgetCleared(
  state: State,
  runId: string,
  reports: Readonly<Record<string, ConnectorReport>>,
): Promise<void> {
  // One that failed may not have come to planning: what it holds nobody knows.
  if (Object.values(reports).some(({ status }) => status === 'failed')) return
  const connectors = Object.keys(reports)
  const waiting = await waitingToClear(state, runId, connectors)
  for await (const page of state.accounts.retired()) {
    const domains = page.map(({ domain }) => domain)
    const refused = await Promise.all(connectors.map(connector => refusedToClear(state, connector, domains)))
    const kept = new Set([...waiting, ...refused.flat()])
    await state.forgetRetired(domains.filter(domain => !kept.has(domain)))
  }
  // Their links ended with them.
  for (const [connector, report] of Object.entries(reports))
    report.linked = await state.links.count(connector)
}

/** Those whose clearing was refused, with something of ours on their record. Who dismissed it leaves that as it is. */
async function refusedToClear(
  state: State,
  connector: string,
  domains: readonly string[],
): Promise<string[]> {
  const rejections = await state.rejections.get(connector, domains)
  const refused = domains.filter(domain => ['open', 'retry'].includes(rejections.get(domain)?.status ?? ''))
  const links = await state.links.get(connector, refused)
  const delivered = await state.delivered.get(connector, refused)
  return refused.filter(domain => {
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
