import type { RelatedKind } from '../../domain/related-record.ts'
import type { Decision } from '../../plan/account/plan-account.ts'
import { readLeadKey } from '../../plan/related/lead-key.ts'
import type { Rejection } from '../../state/rejections.ts'
import type { State } from '../../state/state.ts'
import { chunked } from '../read/chunked.ts'

/** Rejections resolved at once. */
const PAGE = 1_000

/**
 * Whether a change that was refused is wanted no more, now that its account is decided. What a person dismissed stays
 * dismissed for the day that it is wanted again; of an account that was not looked for nobody knows.
 */
export function isUnwanted(decision: Decision, { status }: Pick<Rejection, 'status'>): boolean {
  if (status === 'dismissed' || decision.kind === 'change') return false
  if (decision.kind !== 'skipped') return true
  return !['rejected', 'dismissed', 'unknown'].includes(decision.reason)
}

/**
 * Ends the rejections of leads, or of contacts, that nobody wants any more: all of them were planned.
 * @param wanted keys of those that were planned and had been refused before
 */
export async function resolveUnwanted(
  state: State,
  connector: string,
  kind: RelatedKind,
  wanted: ReadonlySet<string>,
): Promise<void> {
  for await (const rejections of chunked(state.rejections.list(), PAGE)) {
    const names = rejections
      .filter(one => one.connector === connector && one.status !== 'dismissed')
      .map(({ key }) => key.slice(connector.length + 1))
      .filter(name => kindOf(name) === kind && !wanted.has(name))
    if (names.length > 0) await state.rejections.resolve(connector, names)
  }
}

/** A contact's change goes by its email, a lead's by its key, a record's by its domain. */
function kindOf(name: string): RelatedKind | 'account' {
  if (name.includes('@')) return 'contact'
  return readLeadKey(name) === null ? 'account' : 'lead'
}
