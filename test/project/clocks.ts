import type { Clock } from '../../src/clock.ts'

/** Stands there whatever is waited for. */
export const stillClock = (moment: Date): Clock => ({
  now: () => moment.getTime(),
  sleep: async () => undefined,
})

/** Stands where the test puts it; waiting takes no time, it goes on by it. */
export interface HeldClock extends Clock {
  /** Milliseconds since 1970. */
  at: number
}

export function heldClock(moment: Date): HeldClock {
  const clock: HeldClock = {
    at: moment.getTime(),
    now: () => clock.at,
    async sleep(ms) {
      clock.at += ms
    },
  }
  return clock
}

/** Runs, and waiting takes no time: it goes on by it, and by `advance`. */
export interface RunningClock extends Clock {
  date(): Date
  advance(ms: number): void
}

const DAY_MS = 86_400_000
const MORNING_MS = 6 * 3_600_000

/** Far from midnight, so that no test runs into another day. */
export function morningClock(): RunningClock {
  let ahead = DAY_MS - (Date.now() % DAY_MS) + MORNING_MS
  const now = () => Date.now() + ahead
  const advance = (ms: number) => {
    ahead += ms
  }
  return { now, date: () => new Date(now()), advance, sleep: async ms => advance(ms) }
}

/** A sandbox's own: what is waited goes by there. */
export const clockOf = (crm: { now(): Date; advance(ms: number): void }): Clock => ({
  now: () => crm.now().getTime(),
  sleep: async ms => crm.advance(ms),
})
