import type { NoticeStatus, OutboxNotice } from '../../domain/notice.ts'
import { inLookups } from '../database/in-lookups.ts'
import { each, lookUp, pages, ROWS_PER_PAGE } from '../rows/batches.ts'
import { toTime } from '../rows/codec.ts'
import type { Database, NoticeRow } from '../rows/tables.ts'
import { insertNotices, toNotice } from './notice-row.ts'
import type { Outlet } from './outlet.ts'
import { readyNotices } from './ready-notices.ts'
import { settledNotices } from './settled-notices.ts'
import { unattemptedNotices } from './unattempted-notices.ts'

export type Notices = ReturnType<typeof noticesOf>

/** The outbox: what is on its way to a channel, and what became of it. */
export function noticesOf(db: Database) {
  const pending = (connector: string, domains: readonly string[]) =>
    db
      .updateTable('notices')
      .where('connector', '=', connector)
      .where('status', '=', 'pending')
      .where('due', '=', 0)
      .where('domain', 'in', domains)

  return {
    ...readyNotices(db),
    ...settledNotices(db),
    ...unattemptedNotices(db),

    /** Written in the transaction that writes the account. One that is there already stays as it is. */
    add: (batch: readonly OutboxNotice[]): Promise<void> => insertNotices(db, batch),

    /** Pages of accounts whose notices wait for this connector, in byte order. Notices may be settled meanwhile. */
    async *waiting(connector: string, size = ROWS_PER_PAGE): AsyncGenerator<string[]> {
      const found = pages<{ domain: string }>(size, after =>
        db
          .selectFrom('notices')
          .select('domain')
          .distinct()
          .where('connector', '=', connector)
          .where('status', '=', 'pending')
          .where('due', '=', 0)
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(row => row.domain)
    },

    /** Of a page of accounts, those with a change in this run that the CRM did not take, or not yet. */
    async unconfirmed(runId: string, connector: string, domains: readonly string[]): Promise<Set<string>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('changes')
          .select('domain')
          .where('runId', '=', runId)
          .where('connector', '=', connector)
          .where('kind', '=', 'account')
          .where('status', 'in', ['planned', 'failed'])
          .where('domain', 'in', some)
          .execute(),
      )
      return new Set(rows.map(row => row.domain))
    },

    /** The connector confirmed what they tell: they may go. */
    release: (connector: string, domains: readonly string[]): Promise<void> =>
      inLookups(domains, some => pending(connector, some).set({ due: 1, error: null }).execute()),

    /** They wait on, and people read why. */
    hold: (connector: string, domains: readonly string[], why: string): Promise<void> =>
      inLookups(domains, some => pending(connector, some).set({ error: why }).execute()),

    /** There is nobody to tell. Returns how many notices. */
    async drop(connector: string, domains: readonly string[], why: string, at: Date): Promise<number> {
      let dropped = 0
      await inLookups(domains, async some => {
        const result = await pending(connector, some)
          .set({ status: 'dropped', error: why, settledAt: toTime(at) })
          .executeTakeFirst()
        dropped += Number(result.numUpdatedRows)
      })
      return dropped
    },

    /** The channels that hold something for this connector which is pending, or may be so again. */
    outlets: (connector: string): Promise<Outlet[]> =>
      db
        .selectFrom('notices')
        .select(['channel', 'about'])
        .distinct()
        .where('connector', '=', connector)
        .where('status', 'in', ['pending', 'failed'])
        .execute(),

    /** What is kept for one channel goes to another, but for changes that the other one has itself. */
    async rename({ channel, about }: Outlet, to: string): Promise<void> {
      await db
        .updateTable('notices')
        .set({ channel: to })
        .where('channel', '=', channel)
        .where('about', '=', about)
        .where('status', 'in', ['pending', 'failed'])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('notices as own')
                .select('own.id')
                .where('own.channel', '=', to)
                .where('own.about', '=', about)
                .whereRef('own.domain', '=', 'notices.domain')
                .whereRef('own.at', '=', 'notices.at'),
            ),
          ),
        )
        .execute()
    },

    async count(status: NoticeStatus): Promise<number> {
      const row = await db
        .selectFrom('notices')
        .select(({ fn }) => fn.countAll<number>().as('notices'))
        .where('status', '=', status)
        .executeTakeFirstOrThrow()
      return row.notices
    },

    /** Oldest first. */
    list: (status?: NoticeStatus, size = ROWS_PER_PAGE): AsyncIterable<OutboxNotice> =>
      each(
        pages<NoticeRow>(size, after => {
          const next = db
            .selectFrom('notices')
            .selectAll()
            .where(({ eb, refTuple, tuple }) =>
              eb(refTuple('since', 'id'), '>', tuple(after?.since ?? 0, after?.id ?? '')),
            )
          return (status === undefined ? next : next.where('status', '=', status))
            .orderBy('since')
            .orderBy('id')
            .limit(size)
            .execute()
        }),
        toNotice,
      ),
  }
}
