import type { Clock } from '../../src/delivery/clock.ts'

/** A clock of a test: waiting takes no time, it goes on by it. */
export interface TestClock extends Clock {
  date(): Date
  advance(ms: number): void
}

const DAY_MS = 86_400_000
const MORNING_MS = 6 * 3_600_000

/** Goes on by what is waited, and by `advance`; `also` is told, so that a sandbox's clock goes with it. */
function clockOver(base: () => number, also: (ms: number) => void = () => undefined): TestClock {
  let ahead = 0
  const now = () => base() + ahead
  const advance = (ms: number) => {
    ahead += ms
    also(ms)
  }
  return { now, date: () => new Date(now()), advance, sleep: async ms => advance(ms) }
}

/** Stands where the test puts it. */
export const heldClock = (moment: string | number, also?: (ms: number) => void): TestClock =>
  clockOver(() => new Date(moment).getTime(), also)

/** Stands there whatever is waited for. */
export const stillClock = (moment: string | number): Clock => ({
  now: () => new Date(moment).getTime(),
  sleep: async () => undefined,
})

/** Runs, far from midnight, so that no test runs into another day. */
export function morningClock(): TestClock {
  const ahead = DAY_MS - (Date.now() % DAY_MS) + MORNING_MS
  return clockOver(() => Date.now() + ahead)
}

/** A sandbox's own: what is waited goes by there. */
export const clockOf = (crm: { now(): Date; advance(ms: number): void }): Clock => ({
  now: () => crm.now().getTime(),
  sleep: async ms => crm.advance(ms),
})
