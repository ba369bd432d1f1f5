import { inLookups } from '../database/in-lookups.ts'
import { pages, ROWS_PER_PAGE } from '../rows/batches.ts'
import { toTime } from '../rows/codec.ts'
import type { Database, NoticeRow } from '../rows/tables.ts'
import { toNotice } from './notice-row.ts'

/** Notices of which nobody has heard yet, and whose account's record was not written since they were made. */
export function unattemptedNotices(db: Database) {
  return {
    /**
     * Pages of those that wait for this connector, or for none, by id: what a record of this connector holds now, it
     * held before their change. A change that was planned may have been written, whatever the state says of it: after
     * one a record tells nothing any more. Nor does it after a run that was killed: what that had planned is not kept.
     * Notices may be settled meanwhile.
     * @param runId the run that asks
     */
    async *unattempted(connector: string, runId: string, size = ROWS_PER_PAGE) {
      const found = pages<NoticeRow>(size, after =>
        db
          .selectFrom('notices')
          .selectAll()
          .where('status', '=', 'pending')
          .where('tried', '=', 0)
          .where('attempts', '=', 0)
          .where(({ eb, or }) => or([eb('connector', '=', connector), eb('connector', 'is', null)]))
          .where('id', '>', after?.id ?? '')
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('changes')
                  .select('changes.key')
                  .whereRef('changes.domain', '=', 'notices.domain')
                  .where('changes.connector', '=', connector)
                  .where('changes.kind', '=', 'account')
                  // Ids of runs (UUIDs v7) are in the order of time.
                  .whereRef('changes.runId', '>=', 'notices.runId'),
              ),
            ),
          )
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('runs')
                  .select('runs.id')
                  .whereRef('runs.id', '>=', 'notices.runId')
                  .where('runs.id', '<>', runId)
                  .where('runs.report', 'is', null),
              ),
            ),
          )
          .orderBy('id')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(toNotice)
    },

    /** Nobody is to be told of these. */
    dropThese: (ids: readonly string[], why: string, at: Date): Promise<void> =>
      inLookups(ids, some =>
        db
          .updateTable('notices')
          .set({ status: 'dropped', error: why, settledAt: toTime(at) })
          .where('status', '=', 'pending')
          .where('id', 'in', some)
          .execute(),
      ),

    /** Whatever waits for this connector may have been told before. */
    async markAllTried(connector: string): Promise<void> {
      await db
        .updateTable('notices')
        .set({ tried: 1 })
        .where('connector', '=', connector)
        .where('status', '=', 'pending')
        .where('tried', '=', 0)
        .execute()
    },
  }
}
