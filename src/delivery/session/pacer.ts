import type { Clock } from '../../clock.ts'
import type { Limits, Rate } from '../../contract/session.ts'

/** Lets requests out no faster than the CRM allows. */
export interface Pacer {
  /** Resolves when the next request may leave; requests leave in the order in which they asked. */
  turn(lane: string | undefined, signal: AbortSignal): Promise<void>
  /** Nobody leaves before so long from now: the CRM said that it has had enough. */
  pause(ms: number): void
}

/** A sliding window over the requests that left, for the CRM's limit and for each lane's own. */
export function pacer(limits: () => Limits, clock: Clock): Pacer {
  const departures = new Map<string, number[]>()
  let pausedUntil = 0
  let queue: Promise<unknown> = Promise.resolve()

  const waitFor = (name: string, rate: Rate | undefined): number => {
    if (rate === undefined) return 0
    const recent = (departures.get(name) ?? []).filter(time => time > clock.now() - rate.ms)
    departures.set(name, recent)
    const first = recent.at(-Math.max(1, rate.calls))
    return first === undefined ? 0 : first + rate.ms - clock.now()
  }

  const note = (name: string, rate: Rate | undefined): void => {
    if (rate === undefined) departures.delete(name)
    else departures.set(name, [...(departures.get(name) ?? []), clock.now()])
  }

  const leave = async (lane: string | undefined, signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted()
      const { perInterval, lanes } = limits()
      const own = lane === undefined ? 0 : waitFor(`lane ${lane}`, lanes?.[lane])
      const wait = Math.max(pausedUntil - clock.now(), waitFor(EVERYTHING, perInterval), own)
      if (wait <= 0) break
      await clock.sleep(wait, signal)
    }
    // Where there is no limit nothing is pruned, so nothing is noted either.
    const { perInterval, lanes } = limits()
    note(EVERYTHING, perInterval)
    if (lane !== undefined) note(`lane ${lane}`, lanes?.[lane])
  }

  return {
    turn(lane, signal) {
      const turn = queue.then(() => leave(lane, signal))
      // The next one waits for this one's turn, not for its luck.
      queue = turn.catch(() => undefined)
      return turn
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms)
    },
  }
}

const EVERYTHING = 'everything'
