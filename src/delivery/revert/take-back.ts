import type { Fields } from '../../contract/fields.ts'
import type { ChangeKind } from '../../domain/planned-change.ts'
import type { State } from '../../state/state.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/** What a record holds again after a revert. */
export interface TakenBack {
  kind: ChangeKind
  /** Of the change that wrote it. */
  key: string
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
        related: [],
        contactsGone: [],
      })
      await takeBack(inside, connector, [
        ...outcomes.delivered.flatMap(({ object, domain, fields }): TakenBack[] => {
          const remoteId = remoteIds.get(domain)
          const record = { kind: 'account', key: domain, object, domain } as const
          return remoteId == null ? [] : [{ ...record, remoteId, fields: { ...fields } }]
        }),
        ...(outcomes.related ?? []).map(
          ({ kind, key, object, domain, remoteId, delivered }): TakenBack => ({
            kind,
            key,
            object,
            domain,
            remoteId,
            fields: { ...delivered.fields },
          }),
        ),
      ])
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
  const accounts = records.filter(({ kind }) => kind === 'account')
  for (const [object, some] of Map.groupBy(accounts, record => record.object)) {
    await state.transaction(inside => takeBackOf(inside, connector, object, some))
  }
  await takeBackBeside(state, connector.name, records)
}

/** Leads and contacts hold again what they held; all that differs is due at the next sync. */
async function takeBackBeside(state: State, connector: string, records: readonly TakenBack[]): Promise<void> {
  for (const kind of ['lead', 'contact'] as const) {
    const own = records.filter(record => record.kind === kind)
    const known = await state.related.get(
      connector,
      kind,
      own.map(({ key }) => key),
    )
    await state.related.put(
      own.flatMap(({ key, fields }) => {
        const before = known.get(key)
        if (before === undefined) return []
        return [{ ...before, delivered: { fields: { ...before.delivered.fields, ...fields }, asOf: null } }]
      }),
    )
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
