import type { Link } from '../domain/link.ts'
import type { RelatedRecord } from '../domain/related-record.ts'
import { type ChangeOutcome, changesOf } from './changes.ts'
import { type DeliveredTo, deliveredOf } from './delivered.ts'
import { linksOf } from './links.ts'
import { lostLinksOf } from './lost-links.ts'
import { type Refusal, rejectionsOf } from './rejections.ts'
import { relatedRecordsOf } from './related-records.ts'
import { atomically } from './rows/batches.ts'
import type { Database } from './rows/tables.ts'

/** What one batch of a CRM came to. */
export interface Outcomes {
  runId: string
  connector: string
  at: Date
  changes: readonly ChangeOutcome[]
  /** What the CRM now holds: laid over what was delivered before. */
  delivered: readonly DeliveredTo[]
  /** Made, moved to the record that survived a merge, or stamped. */
  links: readonly Link[]
  /** Domains whose record is gone: link and delivered values end, and the next run matches anew. */
  unlinked: readonly string[]
  /** Accounts on whose record another one's change went: what it holds is not known any more. */
  unsure?: readonly string[]
  refused: readonly Refusal[]
  /** Keys of changes whose rejection is over: they went through. */
  resolved: readonly string[]
  /** Leads and contacts: made, written, moved or closed. */
  related?: readonly RelatedRecord[]
  /** Contacts that are gone. */
  contactsGone?: readonly string[]
}

/**
 * Records a batch as a whole or not at all, once the CRM answered: the CRM said yes → the state says delivered. A kill in
 * between leaves the change undelivered, and the next run sends it again, which an update and an idempotent create bear.
 */
export const recordOutcomes = (db: Database, outcomes: Outcomes): Promise<void> =>
  atomically(db, async inside => {
    const { connector } = outcomes
    await changesOf(inside).recordOutcomes(outcomes.runId, connector, outcomes.changes)
    await linksOf(inside).remove(connector, outcomes.unlinked)
    // Those of them that are in `links` are lost no more.
    await lostLinksOf(inside).put(connector, outcomes.unlinked, outcomes.at)
    await linksOf(inside).put(outcomes.links)
    await deliveredOf(inside).merge(connector, outcomes.delivered)
    await deliveredOf(inside).remove(connector, outcomes.unsure ?? [])
    await relatedRecordsOf(inside).put(outcomes.related ?? [])
    await relatedRecordsOf(inside).remove(connector, 'contact', outcomes.contactsGone ?? [])
    await rejectionsOf(inside).resolve(connector, outcomes.resolved)
    await rejectionsOf(inside).raise(connector, outcomes.refused, outcomes.at)
  })
