import type { OwnerChoice } from '../../config/mapping.ts'
import { recordsById } from '../read/records-by-id.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/**
 * Remote id → who gets what is made beside these records: the record's owner where the choice says so, else, or where
 * that one left, the fallback. Null is nobody.
 */
export async function ownersFor(
  connector: ConnectorSession,
  object: string,
  remoteIds: readonly string[],
  { owner, fallbackOwner }: OwnerChoice,
): Promise<ReadonlyMap<string, string | null>> {
  const field = connector.capabilities.owner[object]
  const asked = owner === 'record' && field !== undefined ? remoteIds : []
  const records =
    field === undefined || asked.length === 0
      ? new Map()
      : await recordsById(connector, object, asked, [field])
  const ownerOf = (id: string): string | null => {
    const value = field === undefined ? null : (records.get(id)?.fields[field] ?? null)
    return value === null ? null : String(value)
  }
  const named = [...remoteIds.map(ownerOf), fallbackOwner].filter(id => id !== null)
  const active = await activeOf(connector, named)
  const isHere = (id: string | null) => id !== null && active.has(id)
  const fallback = isHere(fallbackOwner) ? fallbackOwner : null
  return new Map(
    remoteIds.map(id => {
      const own = ownerOf(id)
      return [id, isHere(own) ? own : fallback] as const
    }),
  )
}

async function activeOf(
  { session, call }: ConnectorSession,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const distinct = [...new Set(ids)]
  // A CRM that can't tell is believed: what it refuses comes back as a rejection.
  if (distinct.length === 0 || session.activeOwners === undefined) return new Set(distinct)
  return session.activeOwners(distinct, call)
}
