import type { PlannedChange } from '../domain/planned-change.ts'

/** A change as `plan --json` gives it. */
export interface ShownChange {
  connector: string
  domain: string
  /** What stands beside the account's record, and its key; absent of the record itself. */
  kind?: 'lead' | 'contact'
  key?: string
  remoteId: string | null
  /** `drift`: what others overwrote, from the CRM's value to ours. It is not written. */
  action: PlannedChange['action'] | 'drift'
  fields: PlannedChange['fields']
  why: string
}

/** What will be written as far as it is known: a field for empty records alone stays away from one that has a value. */
export function shownChange(change: PlannedChange): ShownChange {
  const { connector, kind, key, domain, remoteId, action, fields, ifEmpty, why } = change
  const written = Object.entries(fields).filter(
    ([name, { from }]) => from === null || !ifEmpty.includes(name),
  )
  const beside = kind === 'account' ? {} : { kind, key }
  return { connector, domain, ...beside, remoteId, action, fields: Object.fromEntries(written), why }
}

/** What others overwrote, as `plan --verify --json` gives it. */
export const shownDrift = (change: PlannedChange): ShownChange => ({
  ...shownChange(change),
  action: 'drift',
})
