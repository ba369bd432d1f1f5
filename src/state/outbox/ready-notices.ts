import type { ExpressionBuilder } from 'kysely'
import type { OutboxNotice } from '../../domain/notice.ts'
import { pages, ROWS_PER_PAGE } from '../rows/batches.ts'
import { fromTime, toTime } from '../rows/codec.ts'
import type { Database, NoticeRow, Tables } from '../rows/tables.ts'
import { toNotice } from './notice-row.ts'
import type { Outlet } from './outlet.ts'

/**
 * No attempt is put off for longer. What waits beyond that was put off by a clock that has since been set back, and is
 * ready.
 */
export const LONGEST_BACK_OFF_MS = 12 * 3_600_000

/** What of the outbox may go now: due, not put off, and held back by no earlier notice of the same account and channel. */
export function readyNotices(db: Database) {
  const due = ({ channel, about }: Outlet) =>
    db
      .selectFrom('notices')
      .where('status', '=', 'pending')
      .where('channel', '=', channel)
      .where('about', '=', about)
      .where('due', '=', 1)

  /** Due ones whose time has come. */
  const timely = (outlet: Outlet, now: Date) =>
    due(outlet).where(({ eb, or }) =>
      or([
        eb('nextAttemptAt', 'is', null),
        eb('nextAttemptAt', '<=', toTime(now)),
        eb('nextAttemptAt', '>', toTime(now) + LONGEST_BACK_OFF_MS),
      ]),
    )

  /** Pending ones of the same account and channel that came before. */
  const earlierThan = (eb: ExpressionBuilder<Tables, 'notices'>, { channel, about }: Outlet) =>
    eb
      .selectFrom('notices as earlier')
      .select('earlier.id')
      .whereRef('earlier.domain', '=', 'notices.domain')
      .where('earlier.status', '=', 'pending')
      .where('earlier.channel', '=', channel)
      .where('earlier.about', '=', about)
      .whereRef('earlier.at', '<', 'notices.at')

  /** All that one message may tell: an account's later ones go with its earlier ones, unless those have to wait. */
  const together = (outlet: Outlet, now: Date) =>
    timely(outlet, now).where(builder =>
      builder.not(
        builder.exists(
          earlierThan(builder, outlet).where(({ eb, or, and }) =>
            or([
              eb('earlier.due', '=', 0),
              and([
                eb('earlier.nextAttemptAt', '>', toTime(now)),
                eb('earlier.nextAttemptAt', '<=', toTime(now) + LONGEST_BACK_OFF_MS),
              ]),
            ]),
          ),
        ),
      ),
    )

  return {
    /** Oldest first, at most one of each account. */
    async ready(outlet: Outlet, now: Date, limit: number): Promise<OutboxNotice[]> {
      const rows = await timely(outlet, now)
        .selectAll('notices')
        .where(eb => eb.not(eb.exists(earlierThan(eb, outlet))))
        .orderBy('at')
        .orderBy('domain')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toNotice)
    },

    /** When the next of those that were put off may go; null where none waits for its time. */
    async nextAttempt(outlet: Outlet, now: Date): Promise<Date | null> {
      const row = await due(outlet)
        .select(({ fn }) => fn.min('nextAttemptAt').as('next'))
        .where('nextAttemptAt', '>', toTime(now))
        .where(eb => eb.not(eb.exists(earlierThan(eb, outlet))))
        .executeTakeFirst()
      return row?.next == null ? null : fromTime(Number(row.next))
    },

    async countTogether(outlet: Outlet, now: Date): Promise<number> {
      const row = await together(outlet, now)
        .select(({ fn }) => fn.countAll<number>().as('notices'))
        .executeTakeFirstOrThrow()
      return row.notices
    },

    /** Pages of them, oldest first. They may be settled meanwhile. */
    async *pagesTogether(outlet: Outlet, now: Date, size = ROWS_PER_PAGE): AsyncGenerator<OutboxNotice[]> {
      const found = pages<NoticeRow>(size, after =>
        together(outlet, now)
          .selectAll('notices')
          .where(({ eb, refTuple, tuple }) =>
            eb(
              refTuple('at', 'domain', 'id'),
              '>',
              tuple(after?.at ?? 0, after?.domain ?? '', after?.id ?? ''),
            ),
          )
          .orderBy('at')
          .orderBy('domain')
          .orderBy('id')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(toNotice)
    },

    /** Nothing of this channel goes before this moment: the receiver asked for it. */
    async putOff({ channel, about }: Outlet, until: Date): Promise<void> {
      await db
        .updateTable('notices')
        .set({ nextAttemptAt: toTime(until) })
        .where('status', '=', 'pending')
        .where('channel', '=', channel)
        .where('about', '=', about)
        .where('due', '=', 1)
        .where(({ eb, or }) => or([eb('nextAttemptAt', 'is', null), eb('nextAttemptAt', '<', toTime(until))]))
        .execute()
    },
  }
}
