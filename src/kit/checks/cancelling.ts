import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Hook } from '../hook.ts'
import type { Stage } from '../stage.ts'

/** An aborted `fetch` rejects at once; the rest is for a busy machine. */
const PROMPT_MS = 3_000

const HOWS = ['silent', 'stalled'] as const
/** The run stops, or the deadline of one request passes. */
const ENDS = ['stop', 'expire'] as const

interface Ended<T> {
  value?: T
  error?: unknown
  isPrompt: boolean
}

/** Starts `work`, waits until its request is stuck, and ends it. */
async function ended<T>(
  stage: Stage,
  hook: Hook,
  end: (typeof ENDS)[number],
  work: () => Promise<T>,
): Promise<Ended<T>> {
  const stuck = stage.relay.stuck()
  const outcome: Promise<Ended<T>> = work().then(
    value => ({ value, isPrompt: true }),
    error => ({ error, isPrompt: true }),
  )
  const request = await Promise.race([stuck, outcome])
  if (!('closed' in request)) return request
  hook[end]()
  return Promise.race([
    Promise.all([outcome, request.closed]).then(([result]) => result),
    late({ isPrompt: false }),
  ])
}

const late = <T>(value: T): Promise<T> =>
  new Promise(resolve => setTimeout(() => resolve(value), PROMPT_MS).unref())

const read: Check = {
  id: 'cancelled-read',
  promise: 'a read that gets no answer obeys its signal at once, and closes its connection',
  per: 'connector',
  async run(stage) {
    const { subject, relay, must } = stage
    const session = await stage.ready()
    const ids = await stage.insert({})
    for (const how of HOWS) {
      for (const end of ENDS) {
        relay.strike({ how, carried: false })
        const hook = stage.hook()
        const { isPrompt, value } = await ended(stage, hook, end, () =>
          stage.read(session, { object: subject.object, ids }, [subject.note], hook),
        )
        relay.calm()
        must(isPrompt, `${how}, ${end}: not over ${PROMPT_MS} ms after the signal`)
        must(value === undefined, `${how}, ${end}: the read ended as though it were complete`)
        if (!isPrompt) return
      }
    }
  },
}

const write: Check = {
  id: 'cancelled-write',
  promise: 'a write that gets no answer obeys its signal at once, and its outcome is unknown',
  per: 'connector',
  async run(stage) {
    const { relay, must } = stage
    const session = await stage.ready()
    for (const how of HOWS) {
      for (const end of ENDS) {
        const changes = await change.updates(stage, 2, 'cancelled')
        relay.strike({ how, carried: true, kind: 'write' })
        const hook = stage.hook()
        const { isPrompt, value } = await ended(stage, hook, end, () => session.write(changes, hook))
        relay.calm()
        must(isPrompt, `${how}, ${end}: not over ${PROMPT_MS} ms after the signal`)
        if (!isPrompt) return
        // Whoever throws leaves it to the core, which knows that the request left.
        for (const { key } of value === undefined ? [] : changes) {
          const said = change.said(change.resultOf(value ?? [], key))
          must(said === 'unknown_outcome', `${how}, ${end}: ${key} is ${said}`)
        }
      }
    }
  },
}

const before: Check = {
  id: 'cancelled-before',
  promise: 'a call whose run has stopped sends nothing more',
  per: 'connector',
  async run(stage) {
    const { subject, relay, must } = stage
    const session = await stage.ready()
    await stage.insert(...Array.from({ length: stage.harness.pastOnePage }, () => ({})))
    const hook = stage.hook()
    const reading = session.read({ object: subject.object, all: true }, [], hook)
    for await (const _ of reading) {
      hook.stop()
      break
    }
    const requests = relay.requests()
    const changes = await change.updates(stage, 2, 'too late')
    const results = await session.write(changes, hook).catch(() => [])
    must(relay.requests() === requests, `${relay.requests() - requests} requests left after the stop`)
    must(!results.some(change.isDone), 'a change that was not sent is done')
  },
}

export const CANCELLING: readonly Check[] = [read, write, before]
