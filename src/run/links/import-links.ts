import { EXIT, UserError } from '../../domain/errors.ts'
import { accountDomain } from '../accounts/account-domain.ts'
import { inLease } from '../in-lease.ts'
import type { EditRun } from './edit-links.ts'
import { type LinksFile, readLinksFile } from './links-file.ts'

/**
 * Takes over links and ignored accounts, all of them or none. What was delivered to another record before is
 * forgotten; links that are the same stay as they are.
 * @throws UserError where the file is wrong, or names connectors or accounts that the config does not have
 */
export async function importLinks(
  { config, clock }: Pick<EditRun, 'config' | 'clock'>,
  file: string,
): Promise<{ links: number; ignored: number }> {
  const read = await readLinksFile(file)
  refuseUnknown(config, read)
  return inLease(config, new Date(clock.now()), state =>
    state.transaction(async inside => {
      for (const [connector, links] of Map.groupBy(read.links, link => link.connector)) {
        const before = await inside.links.get(
          connector,
          links.map(({ domain }) => domain),
        )
        const changed = links.filter(({ domain, object, remoteId, by }) => {
          const old = before.get(domain)
          return old?.object !== object || old.remoteId !== remoteId || old.by !== by
        })
        const moved = changed.filter(({ domain, remoteId }) => before.get(domain)?.remoteId !== remoteId)
        await inside.links.remove(
          connector,
          moved.map(({ domain }) => domain),
        )
        await inside.links.put(changed)
      }
      for (const [connector, accounts] of Map.groupBy(read.ignored, one => one.connector)) {
        await inside.matching.ignore(
          connector,
          accounts.map(({ domain }) => domain),
        )
      }
      return { links: read.links.length, ignored: read.ignored.length }
    }),
  )
}

function refuseUnknown({ connectors, store }: EditRun['config'], { links, ignored }: LinksFile): void {
  const faults = [...links, ...ignored].flatMap(({ connector, domain }) => {
    if (!Object.hasOwn(connectors, connector)) return [`the config has no connector ${connector} (${domain})`]
    try {
      const own = accountDomain(store, domain)
      return own === domain ? [] : [`${domain} is no account's domain; ${own} is`]
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return [error.message]
    }
  })
  if (faults.length === 0) return
  throw new UserError([...new Set(faults)].slice(0, FAULTS_SHOWN).join('\n'), {
    exitCode: EXIT.usage,
    hint: 'Nothing was imported.',
  })
}

/** Enough to see what the file is about. */
const FAULTS_SHOWN = 20
