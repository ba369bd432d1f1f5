import type { OwnerChoice } from '../config/mapping.ts'
import type { Link } from '../domain/link.ts'
import type { CrmSession } from './crm-session.ts'

/** Finds who gets what a record's change starts. */
export interface Owners {
  /** Domain → owner; null is nobody. */
  of(links: readonly Link[], choice: OwnerChoice): Promise<ReadonlyMap<string, string | null>>
}

/** Asks the CRM for each owner once in a run whether they are still there: who left gets nothing. */
export function ownersOf({ session, capabilities, call }: CrmSession): Owners {
  const active = new Map<string, boolean>()

  const learn = async (ids: readonly (string | null)[]): Promise<void> => {
    const unknown = [...new Set(ids)].filter((id): id is string => id !== null && !active.has(id))
    if (unknown.length === 0) return
    const known = session.activeOwners === undefined ? null : await session.activeOwners(unknown, call)
    for (const id of unknown) active.set(id, known?.has(id) ?? true)
  }

  /** Record → its owner. */
  const owning = async (object: string, ids: readonly string[]): Promise<Map<string, string | null>> => {
    const field = capabilities.owner[object]
    const owners = new Map<string, string | null>()
    if (field === undefined) return owners
    for await (const { remoteId, askedId, fields } of session.read({ object, ids }, [field], call)) {
      const owner = fields[field] ?? null
      owners.set(askedId ?? remoteId, owner === null || owner === '' ? null : String(owner))
    }
    return owners
  }

  return {
    async of(links, { owner, fallbackOwner }) {
      const found = new Map<string, string | null>()
      if (owner === 'record') {
        for (const [object, some] of Map.groupBy(links, link => link.object)) {
          const owners = await owning(object, [...new Set(some.map(link => link.remoteId))])
          for (const { domain, remoteId } of some) found.set(domain, owners.get(remoteId) ?? null)
        }
      }
      await learn([...found.values(), fallbackOwner])
      const orNobody = (id: string | null | undefined) => (id != null && active.get(id) === true ? id : null)
      return new Map(
        links.map(({ domain }) => [domain, orNobody(found.get(domain)) ?? orNobody(fallbackOwner)]),
      )
    },
  }
}
