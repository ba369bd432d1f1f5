import type { Fields } from '../contract/fields.ts'
import type { State } from '../state/state.ts'
import type { ConnectorSession } from './connector-session.ts'

/** What a record holds again after a revert. */
export interface TakenBack {
  object: string
  remoteId: string
  domain: string
  fields: Fields
}

/**
 * The state as a revert delivers into it: what the CRM took is remembered as the record's values, and as none of ours,
 * so that the next sync plans the record anew. Rejections are about what a sync wants, so a revert raises and ends none;
 * a record that turns out to be gone is left to the next sync, which matches it anew. Outcomes of other runs, which their
 * jobs tell only now, are recorded as always.
 */
export const revertingState = (state: State, connector: ConnectorSession, runId: string): State => ({
  ...state,
  recordOutcomes: outcomes => {
    if (outcomes.runId !== runId) return state.recordOutcomes(outcomes)
    return state.transaction(async inside => {
      const remoteIds = new Map(outcomes.changes.map(({ key, remoteId }) => [key, remoteId]))
      await inside.recordOutcomes({
        ...outcomes,
        delivered: [],
        links: [],
        unlinked: [],
        refused: [],
        resolved: [],
      })
      await takeBack(
        inside,
        connector,
        outcomes.delivered.flatMap(({ object, domain, fields }) => {
          const remoteId = remoteIds.get(domain)
          return remoteId == null ? [] : [{ object, domain, remoteId, fields: { ...fields } }]
        }),
      )
    })
  },
})

/**
 * Remembers what records hold again. Without an `as_of` all that differs is due at the next sync; a key that is off the
 * record is put on it again. An account whose link ended, or leads elsewhere by now, is not brought back.
 */
export async function takeBack(
  state: State,
  connector: ConnectorSession,
  records: readonly TakenBack[],
): Promise<void> {
  for (const [object, some] of Map.groupBy(records, record => record.object)) {
    await state.transaction(inside => takeBackOf(inside, connector, object, some))
  }
}

async function takeBackOf(
  state: State,
  { name, capabilities }: ConnectorSession,
  object: string,
  records: readonly TakenBack[],
): Promise<void> {
  const links = await state.links.byRecord(
    name,
    object,
    records.map(({ remoteId }) => remoteId),
  )
  const linksOf = Map.groupBy(links, link => link.remoteId)
  const delivered = await state.delivered.get(
    name,
    links.map(({ domain }) => domain),
  )
  const key = capabilities.key[object]
  const held = new Map<string, Fields>()
  const stamps = records.flatMap(({ remoteId, domain, fields }) => {
    const sharing = linksOf.get(remoteId) ?? []
    // Of several accounts on one record the one that speaks for it has its values.
    const holder =
      sharing.find(link => delivered.has(link.domain)) ?? sharing.find(by => by.domain === domain)
    if (holder !== undefined) held.set(holder.domain, { ...held.get(holder.domain), ...fields })
    if (key === undefined || !(key in fields)) return []
    return sharing.map(link => ({ ...link, stamped: fields[key] === link.domain }))
  })
  await state.links.put(stamps)
  await state.delivered.put(
    name,
    [...held].map(([domain, fields]) => ({
      domain,
      object,
      fields: { ...delivered.get(domain)?.fields, ...fields },
      asOf: null,
    })),
  )
}
