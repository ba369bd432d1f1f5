import type { Config, ConnectorEntry } from '../../config/config.ts'
import { type LinkedByHand, linkByHand, unstamp } from '../../delivery/match/link-by-hand.ts'
import type { ConnectorSession } from '../../delivery/session/connector-session.ts'
import { knownAccount } from '../../delivery/session/known-account.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import type { State } from '../../state/state.ts'
import { inLease } from '../in-lease.ts'
import type { RunSurroundings } from '../surroundings.ts'

export type EditRun = Pick<RunSurroundings, 'config' | 'model' | 'clock' | 'log' | 'signal'>

/** Links an account to a record by hand. A run never changes it. @throws UserError, or exit 4 where a run is under way */
export function addLink(
  run: EditRun,
  entry: ConnectorEntry,
  link: { domain: string; remoteId: string },
): Promise<LinkedByHand> {
  const how = { mapping: entry.mapping, labels: run.model.labels }
  return locked(run, state =>
    withSession(run, entry, state, session => linkByHand(session, state, how, link)),
  )
}

/**
 * Forgets how an account stands with a CRM: the next run looks for its record anew, by domain, since the key is taken
 * off the record that carries it.
 * @returns whether there was a link, and the records that gave up the key
 */
export function removeLink(
  run: EditRun,
  entry: ConnectorEntry,
  domain: string,
): Promise<{ linked: boolean; released: readonly string[] }> {
  const how = { mapping: entry.mapping, labels: run.model.labels }
  return locked(run, async state => {
    const link = (await state.links.get(entry.name, [domain])).get(domain)
    const released =
      link === undefined ? [] : await withSession(run, entry, state, session => unstamp(session, how, domain))
    await state.transaction(async inside => {
      await inside.links.remove(entry.name, [domain])
      await inside.matching.remove(entry.name, [domain])
    })
    return { linked: link !== undefined, released }
  })
}

/** Never to be linked, and not written until somebody links it by hand. */
export function ignoreAccount(run: EditRun, { name }: ConnectorEntry, domain: string): Promise<void> {
  return locked(run, state => state.matching.ignore(name, [domain]))
}

const locked = <T>(
  { config, clock }: { config: Config } & Pick<EditRun, 'clock'>,
  work: Parameters<typeof inLease<T>>[2],
): Promise<T> => inLease(config, new Date(clock.now()), work)

async function withSession<T>(
  run: EditRun,
  entry: ConnectorEntry,
  state: State,
  work: (session: ConnectorSession) => Promise<T>,
): Promise<T> {
  const connector = await openConnector(entry, run)
  try {
    await knownAccount(connector, state)
    return await work(connector)
  } finally {
    await connector.session.close()
  }
}
