import { sql } from 'kysely'
import { inLookups } from '../database/in-lookups.ts'
import { atomically } from '../rows/batches.ts'
import { toTime } from '../rows/codec.ts'
import type { Database, NoticeRow } from '../rows/tables.ts'
import type { Outlet } from './outlet.ts'

/** What one attempt came to. */
export type NoticeOutcome = { id: string } & (
  | { status: 'delivered' }
  /** For good. */
  | { status: 'failed'; error: string }
  | { status: 'again'; error: string; nextAttemptAt: Date }
  /** Its record is not there: the next run's matching decides. */
  | { status: 'unlinked'; error: string }
)

/** What becomes of notices: attempts, their ends, and new beginnings. */
export function settledNotices(db: Database) {
  return {
    /** Before they are sent: from now on an answer may be lost. */
    markTried: (ids: readonly string[]): Promise<void> =>
      inLookups(ids, some =>
        db.updateTable('notices').set({ tried: 1 }).where('id', 'in', some).where('tried', '=', 0).execute(),
      ),

    /** What a batch came to, as a whole or not at all. */
    record: (outcomes: readonly NoticeOutcome[], at: Date): Promise<void> =>
      atomically(db, async inside => {
        const delivered = outcomes.flatMap(({ id, status }) => (status === 'delivered' ? [id] : []))
        await inLookups(delivered, some =>
          inside
            .updateTable('notices')
            .set(({ eb }) => ({ ...deliveredAt(at), attempts: eb('attempts', '+', 1) }))
            .where('id', 'in', some)
            .execute(),
        )
        for (const outcome of outcomes) {
          const changes = changesBy(outcome, at)
          if (changes === null) continue
          const failed = outcome.status === 'unlinked' ? 0 : 1
          await inside
            .updateTable('notices')
            .set(({ eb }) => ({ ...changes, attempts: eb('attempts', '+', failed) }))
            .where('id', '=', outcome.id)
            .execute()
        }
      }),

    /** By channel: those that came in before this moment and were not delivered since. */
    expired: (before: Date): Promise<(Outlet & { notices: number })[]> =>
      db
        .selectFrom('notices')
        .select(({ fn }) => ['channel', 'about', fn.countAll<number>().as('notices')])
        .where('status', '=', 'pending')
        .where('since', '<', toTime(before))
        .groupBy(['channel', 'about'])
        .orderBy('channel')
        .orderBy('about')
        .execute(),

    /** Settles those of `expired` that belong to one channel. */
    async expire(
      { channel, about }: Outlet,
      before: Date,
      end: { status: 'failed' | 'dropped'; error: string; at: Date },
    ): Promise<void> {
      await db
        .updateTable('notices')
        .set({
          status: end.status,
          error: sql<string>`${end.error} || coalesce(': ' || error, '')`,
          settledAt: toTime(end.at),
        })
        .where('status', '=', 'pending')
        .where('channel', '=', channel)
        .where('about', '=', about)
        .where('since', '<', toTime(before))
        .execute()
    },

    /** Failed ones are pending again, as if they had just come in. Returns the ids of those that were failed. */
    retry: (ids: readonly string[], at: Date): Promise<string[]> =>
      atomically(db, async inside => {
        const again: string[] = []
        await inLookups(ids, async some => {
          const rows = await inside
            .updateTable('notices')
            .set(afresh(at))
            .where('status', '=', 'failed')
            .where('id', 'in', some)
            .returning('id')
            .execute()
          again.push(...rows.map(row => row.id))
        })
        return again
      }),

    async retryAll(at: Date): Promise<number> {
      const result = await db
        .updateTable('notices')
        .set(afresh(at))
        .where('status', '=', 'failed')
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
  }
}

const deliveredAt = (at: Date) => ({
  status: 'delivered' as const,
  error: null,
  nextAttemptAt: null,
  settledAt: toTime(at),
})

/** Whether it may go is asked anew: its account's record may be another one by now. */
const afresh = (at: Date) => ({
  status: 'pending' as const,
  attempts: 0,
  nextAttemptAt: null,
  error: null,
  settledAt: null,
  since: toTime(at),
  due: sql<number>`case when connector is null then 1 else 0 end`,
})

function changesBy(outcome: NoticeOutcome, at: Date): Partial<NoticeRow> | null {
  switch (outcome.status) {
    case 'delivered':
      return null
    case 'failed':
      return { status: 'failed', error: outcome.error, nextAttemptAt: null, settledAt: toTime(at) }
    case 'again':
      return { error: outcome.error, nextAttemptAt: toTime(outcome.nextAttemptAt) }
    case 'unlinked':
      return { due: 0, error: outcome.error }
  }
}
