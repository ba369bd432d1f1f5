import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { dayIn } from '../delivery/session/call-ledger.ts'
import { readState } from '../run/read-state.ts'
import type { Run } from '../state/runs.ts'

/** Probes and scrapes come every few seconds, from several places; the state is asked once for all of them. */
const FRESH_FOR_MS = 5_000
/** A database that does not answer by then is not there, as far as a probe can tell. */
const ANSWERS_WITHIN_MS = 5_000

/** What the state says of the runs, at one moment. */
export interface Snapshot {
  last: Run | null
  /** The newest that did what it was to do. */
  lastSuccess: Run | null
  /** Connector → refused changes that wait for somebody. */
  rejectionsOpen: Readonly<Record<string, number>>
  /** Connector → our calls today, by the CRM's day. */
  callsToday: Readonly<Record<string, number>>
}

/** Reads the state, at most every few seconds. @throws what the state throws, or that it did not answer */
export function snapshots(look: () => Promise<Snapshot>, clock: Clock): () => Promise<Snapshot> {
  let kept: { at: number; snapshot: Promise<Snapshot> } | null = null
  return () => {
    const now = clock.now()
    if (kept === null || Math.abs(now - kept.at) >= FRESH_FOR_MS) {
      const snapshot = inTime(look())
      kept = { at: now, snapshot }
      snapshot.catch(() => {
        kept = null
      })
    }
    return kept.snapshot
  }
}

export const lookAtState = (config: Config, now: Date): Promise<Snapshot> =>
  readState(config, async state => {
    const names = Object.keys(config.connectors)
    const none = Object.fromEntries(names.map(name => [name, 0]))
    const calls = names.map(async (name): Promise<[string, number]> => {
      const { callsByDay, quota } = await state.connectors.get(name)
      return [name, callsByDay[dayIn(quota?.timeZone ?? undefined, now.getTime())] ?? 0]
    })
    return {
      last: (await state.runs.list(1))[0] ?? null,
      lastSuccess: (await state.runs.lastFinished()) ?? null,
      rejectionsOpen: { ...none, ...(await state.rejections.countsOpen()) },
      callsToday: Object.fromEntries(await Promise.all(calls)),
    }
  })

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the state did not answer within ${ANSWERS_WITHIN_MS / 1_000} s`)),
      ANSWERS_WITHIN_MS,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
