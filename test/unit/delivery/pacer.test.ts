import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/clock.ts'
import type { Limits } from '../../../src/contract/session.ts'
import { pacer } from '../../../src/delivery/session/pacer.ts'

const NEVER = new AbortController().signal

/** A clock that moves by being waited for. */
function handClock(): Clock {
  let time = 1_000_000
  return {
    now: () => time,
    async sleep(ms, signal) {
      signal.throwIfAborted()
      time += ms
    },
  }
}

/** When requests left, in ms from the first. */
async function departures(limits: Partial<Limits>, lanes: (string | undefined)[]): Promise<number[]> {
  const clock = handClock()
  const paced = pacer(() => ({ maxBatch: 1, maxConcurrent: 9, ...limits }), clock)
  const began = clock.now()
  return Promise.all(lanes.map(lane => paced.turn(lane, NEVER).then(() => clock.now() - began)))
}

describe('pacer', () => {
  it('lets no more leave in any interval than the CRM allows, in the order in which they asked', async () => {
    const times = await departures({ perInterval: { calls: 3, ms: 1000 } }, Array(10).fill(undefined))
    expect(times).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000, 3000])
  })

  it('holds a lane to its own limit beside the common one', async () => {
    const limits = { perInterval: { calls: 10, ms: 1000 }, lanes: { search: { calls: 1, ms: 400 } } }
    expect(await departures(limits, ['search', 'search', 'search'])).toEqual([0, 400, 800])
    expect(await departures(limits, [undefined, undefined, undefined])).toEqual([0, 0, 0])
  })

  it('lets nobody leave during a pause', async () => {
    const clock = handClock()
    const paced = pacer(() => ({ maxBatch: 1, maxConcurrent: 1 }), clock)
    const began = clock.now()
    paced.pause(7_000)
    paced.pause(2_000)
    await paced.turn(undefined, NEVER)
    expect(clock.now() - began).toBe(7_000)
  })

  it('gives up its place when aborted while it waits, and the next one leaves', async () => {
    const abort = new AbortController()
    const clock = { ...handClock(), sleep: (_: number, signal: AbortSignal) => sleeps(signal) }
    const sleeps = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    let limits: Limits = { maxBatch: 1, maxConcurrent: 1, perInterval: { calls: 1, ms: 1000 } }
    const paced = pacer(() => limits, clock)
    await paced.turn(undefined, NEVER)
    const waiting = paced.turn(undefined, abort.signal)
    const next = paced.turn(undefined, NEVER)
    const refused = expect(waiting).rejects.toThrow('stop')
    await Promise.resolve()
    limits = { maxBatch: 1, maxConcurrent: 1 }
    abort.abort(new Error('stop'))
    await refused
    await next
  })

  it('goes by limits that the CRM changes on the way', async () => {
    const clock = handClock()
    const began = clock.now()
    let calls = 5
    const paced = pacer(() => ({ maxBatch: 1, maxConcurrent: 1, perInterval: { calls, ms: 1000 } }), clock)
    await paced.turn(undefined, NEVER)
    calls = 1
    await paced.turn(undefined, NEVER)
    expect(clock.now() - began).toBe(1000)
  })
})
