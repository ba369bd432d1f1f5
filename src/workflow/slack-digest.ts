import { createHash } from 'node:crypto'
import type { OutboxNotice } from '../domain/notice.ts'
import type { Outlet } from '../state/outbox/outlet.ts'
import type { State } from '../state/state.ts'
import type { Digest } from './slack-message.ts'

/** Accounts that a digest names: a screen's worth. */
const BEST_NAMED = 10

/** Sums up everything that a channel has to tell now; memory holds a page of it. */
export async function digestOf(state: State, outlet: Outlet, now: Date): Promise<Digest> {
  const moves = new Map<string, Digest['moves'][number]>()
  const ids = createHash('sha256')
  let best: OutboxNotice[] = []
  let notices = 0
  for await (const page of state.notices.pagesTogether(outlet, now)) {
    notices += page.length
    for (const { id, from, to } of page) {
      ids.update(id)
      const move = JSON.stringify([from, to])
      moves.set(move, { from, to, notices: (moves.get(move)?.notices ?? 0) + 1 })
    }
    best = [...best, ...page].sort((a, b) => scoreOf(b) - scoreOf(a)).slice(0, BEST_NAMED)
  }
  return {
    id: ids.digest('hex'),
    about: outlet.about,
    notices,
    moves: [...moves.values()].sort((a, b) => b.notices - a.notices),
    best,
  }
}

const scoreOf = ({ content }: OutboxNotice): number => Number(content.score ?? 0)
