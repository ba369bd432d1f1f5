import { sql } from 'kysely'
import type { NoticeAbout, NoticeStatus, OutboxNotice } from '../domain/notice.ts'
import { atomically, chunks, each, lookUp, pages, ROWS_PER_PAGE, VALUES_PER_LOOKUP } from './batches.ts'
import { toTime } from './codec.ts'
import { insertNotices, toNotice } from './notice-row.ts'
import { readyNotices } from './ready-notices.ts'
import type { Database, NoticeRow } from './tables.ts'

/** One way out: what is to be told on one channel of one kind of change. Its order is kept per account. */
export interface Outlet {
  channel: string
  about: NoticeAbout
}

/** What one attempt came to. */
export type NoticeOutcome = { id: string } & (
  | { status: 'delivered' }
  /** For good. */
  | { status: 'failed'; error: string }
  | { status: 'again'; error: string; nextAttemptAt: Date }
  /** Its record is not there: the next run's matching decides. */
  | { status: 'unlinked'; error: string }
)

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
      inChunks(domains, some => pending(connector, some).set({ due: 1, error: null }).execute()),

    /** They wait on, and people read why. */
    hold: (connector: string, domains: readonly string[], why: string): Promise<void> =>
      inChunks(domains, some => pending(connector, some).set({ error: why }).execute()),

    /** There is nobody to tell. Returns how many notices. */
    async drop(connector: string, domains: readonly string[], why: string, at: Date): Promise<number> {
      let dropped = 0
      await inChunks(domains, async some => {
        const result = await pending(connector, some)
          .set({ status: 'dropped', error: why, settledAt: toTime(at) })
          .executeTakeFirst()
        dropped += Number(result.numUpdatedRows)
      })
      return dropped
    },

    /** Before they are sent: from now on an answer may be lost. */
    markTried: (ids: readonly string[]): Promise<void> =>
      inChunks(ids, some =>
        db.updateTable('notices').set({ tried: 1 }).where('id', 'in', some).where('tried', '=', 0).execute(),
      ),

    /** What a batch came to, as a whole or not at all. */
    record: (outcomes: readonly NoticeOutcome[], at: Date): Promise<void> =>
      atomically(db, async inside => {
        const delivered = outcomes.flatMap(({ id, status }) => (status === 'delivered' ? [id] : []))
        await inChunks(delivered, some =>
          inside.updateTable('notices').set(deliveredAt(at)).where('id', 'in', some).execute(),
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

    /** Failed ones are pending again, as if they had just come in. Returns the ids of those that were failed. */
    retry: (ids: readonly string[], at: Date): Promise<string[]> =>
      atomically(db, async inside => {
        const again: string[] = []
        await inChunks(ids, async some => {
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

async function inChunks(
  values: readonly string[],
  work: (some: readonly string[]) => Promise<unknown>,
): Promise<void> {
  for (const some of chunks(values, VALUES_PER_LOOKUP)) await work(some)
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
