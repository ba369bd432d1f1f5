import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../../src/clock.ts'

/** A clock that a test turns: who sleeps wakes when the hands pass. */
export interface Hands extends Clock {
  /** Goes on, stopping wherever somebody wakes, until it is this much later. */
  pass(ms: number): Promise<void>
  /** Another time at once, for everybody; sleepers sleep on as long as they would have. */
  jump(to: number): void
}

interface Sleeper {
  wakeAt: number
  wake(): void
}

export function hands(start: string): Hands {
  let now = Date.parse(start)
  /** Time that passed, whatever the clock was set to: sleeping is measured by it. */
  let elapsed = 0
  let sleepers: Sleeper[] = []
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const sleeper = { wakeAt: elapsed + ms, wake: resolve }
        sleepers.push(sleeper)
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter(other => other !== sleeper)
          reject(signal.reason)
        })
      }),
    async pass(ms) {
      const until = elapsed + ms
      for (;;) {
        await settled()
        const next = Math.min(...sleepers.map(({ wakeAt }) => wakeAt))
        if (next > until) break
        now += next - elapsed
        elapsed = next
        const woken = sleepers.filter(({ wakeAt }) => wakeAt <= next)
        sleepers = sleepers.filter(({ wakeAt }) => wakeAt > next)
        for (const { wake } of woken) wake()
      }
      now += until - elapsed
      elapsed = until
    },
    jump(to) {
      now = to
    },
  }
}

/** What can go on without the clock has gone on. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn()
}
