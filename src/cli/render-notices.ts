import type { NoticeStatus, OutboxNotice } from '../domain/notice.ts'
import type { State } from '../state/state.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { count, minute } from './words.ts'

/** Rows of the table; `--json` streams all. */
const ROWS_SHOWN = 100

const COLUMNS: readonly Column[] = [
  { head: 'since' },
  { head: 'channel' },
  { head: 'account' },
  { head: 'change' },
  { head: 'status' },
  { head: 'attempts', align: 'right' },
  { head: 'id' },
  { head: 'why', fills: true },
]

const NEXT = `A pending one is delivered by the next sync. oql notices retry sends failed ones again: all, or those whose ids follow.\n`

/** The newest of the outbox, the last one at the bottom, as people read a log. */
export async function renderNotices(
  terminal: Terminal,
  state: State,
  status: NoticeStatus | undefined,
): Promise<void> {
  const newest: OutboxNotice[] = []
  let total = 0
  for await (const notice of state.notices.list(status)) {
    total++
    newest.push(notice)
    if (newest.length > ROWS_SHOWN) newest.shift()
  }
  if (total === 0) return terminal.out(status === undefined ? 'No notices.\n' : `No notice is ${status}.\n`)
  const older = total > ROWS_SHOWN ? `${count(total - ROWS_SHOWN)} older ones; --json has all of them\n` : ''
  return terminal.out(`${older}${table(terminal, COLUMNS, newest.map(row))}\n${NEXT}`)
}

const row = (notice: OutboxNotice): string[] => [
  minute(notice.since),
  notice.channel,
  notice.domain,
  `${notice.about === 'risk' ? 'risk ' : ''}${notice.from ?? 'none'} → ${notice.to ?? 'none'}`,
  notice.status,
  String(notice.attempts),
  notice.id,
  notice.error ?? '',
]
