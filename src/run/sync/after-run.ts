import type { Config, ConnectorEntry } from '../../config/config.ts'
import type { Fields } from '../../contract/fields.ts'
import { readRecord } from '../../delivery/read/read-record.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import type { Account } from '../../domain/account.ts'
import type { Link } from '../../domain/link.ts'
import type { StageChange } from '../../state/moves.ts'
import { readState } from '../read-state.ts'
import type { RunSurroundings } from '../surroundings.ts'

/** The best accounts as the state remembers them, best first. */
export const bestAccounts = (config: Config, most: number): Promise<Account[]> =>
  readState(config, state => firstOf(state.accounts.bestFirst(most), most))

/** Moves that a run made, those of accounts that were known before first. */
export const movesOfRun = (config: Config, runId: string, most: number): Promise<StageChange[]> =>
  readState(config, async state => {
    const moves: StageChange[] = []
    for await (const move of state.moves.stagesOfRun(runId)) {
      if (move.direction !== 'first') moves.push(move)
      if (moves.length === most) break
    }
    return moves
  })

/** An account that several records fit, where there is one. */
export const firstAmbiguous = (config: Config, connector: string) =>
  readState(config, async state => (await firstOf(state.matching.ambiguities(connector, 1), 1))[0] ?? null)

/** What the CRM holds of one of these accounts, of the first that is linked; null where none is. */
export async function shownInCrm(
  run: RunSurroundings,
  entry: ConnectorEntry,
  accounts: readonly Account[],
): Promise<{ link: Link; fields: Fields } | null> {
  const domains = accounts.map(({ domain }) => domain)
  const links = await readState(run.config, state => state.links.get(entry.name, domains))
  const link = domains.map(domain => links.get(domain)).find(found => found !== undefined)
  if (link === undefined) return null
  const connector = await openConnector(entry, run)
  try {
    const fields = await readRecord(connector, entry.mapping, link.remoteId)
    return fields === null ? null : { link, fields }
  } finally {
    await connector.session.close()
  }
}

async function firstOf<T>(items: AsyncIterable<T>, most: number): Promise<T[]> {
  const first: T[] = []
  for await (const item of items) {
    first.push(item)
    if (first.length === most) break
  }
  return first
}
