import type { Call } from '../contract/index.ts'
import type { Relay } from './relay.ts'

/** One use of `call.request`. */
interface Sent {
  kind: 'read' | 'write'
  /** HTTP requests that it made, those for tokens apart. */
  requests: number
  /** What `send` threw. */
  error?: unknown
}

/** The core's end of a call, as the kit plays it: it counts and stops, and neither waits nor repeats. */
export interface Hook extends Call {
  sent: Sent[]
  /** The kind of the request that is being sent. */
  underWay(): 'read' | 'write' | undefined
  /** The run stops. */
  stop(): void
  /** The deadline of the request under way has passed. */
  expire(): void
}

/** One request at a time, so that what arrives at the relay is known to belong to it. */
export function openHook(relay: Relay): Hook {
  const run = new AbortController()
  const deadline = new AbortController()
  const signal = AbortSignal.any([run.signal, deadline.signal])
  const sent: Sent[] = []
  let underWay: Sent['kind'] | undefined
  let queue: Promise<unknown> = Promise.resolve()

  async function once<T>(kind: Sent['kind'], send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    run.signal.throwIfAborted()
    const before = relay.requests()
    const one: Sent = { kind, requests: 0 }
    sent.push(one)
    underWay = kind
    try {
      return await send(signal)
    } catch (error) {
      one.error = error
      throw error
    } finally {
      underWay = undefined
      one.requests = relay.requests() - before
    }
  }

  const hook: Hook = {
    sent,
    signal: run.signal,
    request: ({ kind }, send) => {
      const turn = queue.then(() => once(kind, send))
      queue = turn.catch(() => undefined)
      return turn
    },
    underWay: () => underWay,
    stop: () => run.abort(new Error('the run was stopped')),
    expire: () => deadline.abort(new Error('no answer in time')),
  }
  relay.watch(hook)
  return hook
}
