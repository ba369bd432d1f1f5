import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RequestFailed, SessionFault } from '../../../src/contract/faults.ts'
import type { Failure, FailureKind } from '../../../src/contract/records.ts'
import {
  LONGEST_PAUSE_MS,
  openCall,
  REQUEST_TIMEOUT_MS,
  RETRIES,
} from '../../../src/delivery/session/call.ts'
import { pacer } from '../../../src/delivery/session/pacer.ts'
import { driven, fakeClock } from '../../reference-connector/harness.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function open(signal = new AbortController().signal) {
  const counts = { read: 0, write: 0 }
  const paced = pacer(() => ({ maxBatch: 1, maxConcurrent: 1 }), fakeClock)
  return {
    counts,
    call: openCall({
      pacer: paced,
      counts,
      signal,
      beforeCall: async () => undefined,
      reserve: () => undefined,
    }),
  }
}

const failed = (kind: FailureKind, over: Partial<Failure> = {}) =>
  new RequestFailed({ kind, message: kind, ...over })

/** Fails so often, then answers. */
function failing(times: number, error: Error) {
  let sent = 0
  return async () => {
    if (sent++ < times) throw error
    return sent
  }
}

describe('a call', () => {
  it.each(['throttled', 'transient', 'unknown_outcome'] as const)(
    'repeats a read that failed as %s, and counts each',
    async kind => {
      const { call, counts } = open()
      expect(await driven(call.request({ kind: 'read' }, failing(2, failed(kind))))).toBe(3)
      expect(counts).toEqual({ read: 3, write: 0 })
    },
  )

  it.each([
    failed('invalid'),
    failed('gone'),
    failed('forbidden'),
    new SessionFault('auth', 'no'),
    new Error('bug'),
  ])('does not repeat a read that failed for good (%s)', async error => {
    const { call, counts } = open()
    await expect(driven(call.request({ kind: 'read' }, failing(1, error)))).rejects.toBe(error)
    expect(counts.read).toBe(1)
  })

  it('gives up on a read after its retries', async () => {
    const { call, counts } = open()
    const error = failed('transient')
    await expect(driven(call.request({ kind: 'read' }, failing(99, error)))).rejects.toBe(error)
    expect(counts.read).toBe(1 + RETRIES.retries)
  })

  it('never repeats a write: delivery knows what may be sent again', async () => {
    const { call, counts } = open()
    await expect(driven(call.request({ kind: 'write' }, failing(1, failed('throttled'))))).rejects.toThrow(
      'throttled',
    )
    expect(counts).toEqual({ read: 0, write: 1 })
  })

  it('keeps the next request back for as long as the CRM asks', async () => {
    const { call } = open()
    const throttled = failed('throttled', { retryAfterMs: 45_000 })
    await expect(driven(call.request({ kind: 'write' }, failing(1, throttled)))).rejects.toBe(throttled)
    const began = Date.now()
    await driven(call.request({ kind: 'write' }, failing(0, throttled)))
    expect(Date.now() - began).toBe(45_000)
  })

  it('leaves a CRM that asks for a long pause to the next run', async () => {
    const { call, counts } = open()
    const throttled = failed('throttled', { retryAfterMs: LONGEST_PAUSE_MS + 1 })
    await expect(driven(call.request({ kind: 'read' }, failing(1, throttled)))).rejects.toMatchObject({
      fault: 'quota',
    })
    expect(counts.read).toBe(1)
  })

  it('ends a write that hangs at its deadline, as one whose outcome nobody knows', async () => {
    const { call } = open()
    const began = Date.now()
    const hanging = call.request({ kind: 'write' }, untilAborted)
    await expect(driven(hanging)).rejects.toMatchObject({ failure: { kind: 'unknown_outcome' } })
    expect(Date.now() - began).toBe(REQUEST_TIMEOUT_MS)
  })

  it('ends a request at once when the run stops', async () => {
    const stop = new AbortController()
    const { call, counts } = open(stop.signal)
    const began = Date.now()
    const hanging = call.request({ kind: 'read' }, untilAborted)
    const refused = expect(hanging).rejects.toThrow('stopped')
    await Promise.resolve()
    await Promise.resolve()
    stop.abort(new Error('stopped'))
    await refused
    expect(Date.now()).toBe(began)
    expect(counts.read).toBeLessThanOrEqual(1)
  })
})

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
