import type { Call, CheckProblem } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { ownersThere, QUEUE_PREFIX } from '../read/owners.ts'
import type { Findings } from './findings.ts'

/** What a check of owners found: those who can't own, and a warning for each. */
export type OwnerFindings = Findings & { ownersGone: readonly string[] }

/**
 * Owners whom the mapping names and who can't own: they are not there, or not active.
 * @param queues whether something is made that may belong to a queue
 */
export async function checkOwners(
  client: Client,
  owners: readonly string[],
  { queues }: { queues: boolean },
  call: Call,
): Promise<OwnerFindings> {
  if (owners.length === 0) return { problems: [], warnings: [], ownersGone: [] }
  const there = await ownersThere(client, owners, call)
  const gone = owners.filter(id => there.get(id) !== true || (!queues && id.startsWith(QUEUE_PREFIX)))
  return { problems: [], warnings: gone.map(id => badOwner(id, there.get(id))), ownersGone: gone }
}

function badOwner(id: string, isActive: boolean | undefined): CheckProblem {
  const isQueue = id.startsWith(QUEUE_PREFIX)
  const message =
    isActive === undefined
      ? `Salesforce has no ${isQueue ? 'queue' : 'active user'} ${id}`
      : isActive
        ? `${id} is a queue of Salesforce, and accounts belong to users only`
        : `Salesforce has no active user ${id}: the user was deactivated`
  return {
    code: 'unknown_owner',
    message,
    hint: 'Name an active user of Salesforce in the mapping; until then fallback_owner gets the work, or nobody where this is the fallback',
  }
}
