import type { OutboxNotice } from '../../domain/notice.ts'
import { chunks, ROWS_PER_STATEMENT } from '../rows/batches.ts'
import {
  fromFlag,
  fromJson,
  fromTime,
  fromTimeOrNull,
  toFlag,
  toJson,
  toTime,
  toTimeOrNull,
} from '../rows/codec.ts'
import type { Database, NoticeRow } from '../rows/tables.ts'

export async function insertNotices(db: Database, batch: readonly OutboxNotice[]): Promise<void> {
  for (const some of chunks(batch, ROWS_PER_STATEMENT)) {
    await db
      .insertInto('notices')
      .values(some.map(toRow))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  }
}

const toRow = ({ isDue, isTried, from, to, ...notice }: OutboxNotice): NoticeRow => ({
  id: notice.id,
  channel: notice.channel,
  connector: notice.connector,
  about: notice.about,
  domain: notice.domain,
  at: toTime(notice.at),
  runId: notice.runId,
  fromValue: from,
  toValue: to,
  direction: notice.direction,
  content: toJson(notice.content),
  status: notice.status,
  due: toFlag(isDue),
  tried: toFlag(isTried),
  attempts: notice.attempts,
  nextAttemptAt: toTimeOrNull(notice.nextAttemptAt),
  error: notice.error,
  since: toTime(notice.since),
  settledAt: toTimeOrNull(notice.settledAt),
})

export const toNotice = ({ fromValue, toValue, due, tried, ...row }: NoticeRow): OutboxNotice => ({
  ...row,
  at: fromTime(row.at),
  from: fromValue,
  to: toValue,
  content: fromJson(row.content),
  isDue: fromFlag(due),
  isTried: fromFlag(tried),
  nextAttemptAt: fromTimeOrNull(row.nextAttemptAt),
  since: fromTime(row.since),
  settledAt: fromTimeOrNull(row.settledAt),
})
