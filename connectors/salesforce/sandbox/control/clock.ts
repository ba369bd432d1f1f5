/** The sandbox's time: limits, lag and dates all read it, so that a test moves it and nobody sleeps. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  advance(ms: number): void
}

export function createClock(source: () => Date): Clock {
  let aheadMs = 0
  return {
    now: () => source().getTime() + aheadMs,
    advance: ms => {
      aheadMs += ms
    },
  }
}
