import { RequestFailed, type Session } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Hook } from '../hook.ts'
import { useEverything } from '../round.ts'
import type { Stage } from '../stage.ts'

const counted: Check = {
  id: 'requests-counted',
  promise: 'every HTTP request goes through call.request, one at a time in each',
  per: 'object',
  async run(stage) {
    const { relay, must } = stage
    const session = await stage.open()
    const hook = stage.hook()
    const before = relay.requests()
    await useEverything(stage, session, hook)
    const [arrived, sent] = [relay.requests() - before, hook.sent.length]
    must(arrived === sent, `${arrived} requests arrived, and ${sent} went through call.request`)
    const odd = hook.sent.filter(({ requests }) => requests !== 1).length
    must(odd === 0, `${odd} uses of call.request made none or several requests`)
  },
}

const reads: Check = {
  id: 'reads-only-read',
  promise: 'check, describe, estimate and read say that they read, and change nothing',
  per: 'object',
  async run(stage) {
    const { connector, subject, must } = stage
    const { object, note } = subject
    const session = await stage.ready()
    const ids = await stage.insert({ [note]: 'as it is' })
    const before = JSON.stringify(await stage.records())
    const hook = stage.hook()
    await session.check({ object, creates: true, owners: [] }, hook)
    await session.describe(object, hook)
    const [by] = connector.capabilities.readBy[object] ?? []
    for (const query of [
      { object, all: true as const },
      { object, ids },
      ...(by === undefined ? [] : [{ object, by, values: [stage.domain()] }]),
    ]) {
      await session.estimate(query, hook)
      await stage.read(session, query, [note], hook)
    }
    const writes = hook.sent.filter(({ kind }) => kind === 'write').length
    must(writes === 0, `${writes} requests said that they write`)
    must(JSON.stringify(await stage.records()) === before, 'records changed')
    const writing = stage.hook()
    await session.write(await change.updates(stage, 1, 'new'), writing)
    must(
      writing.sent.some(({ kind }) => kind === 'write'),
      'a write said that it reads',
    )
  },
}

const notRepeated: Check = {
  id: 'no-retries',
  promise: 'a request that failed is not repeated: that is for the core, which sees it fail',
  per: 'object',
  async run(stage) {
    const { subject, crm, relay } = stage
    const session = await stage.ready()
    const ids = await stage.insert({})
    for (const how of ['reset', 'html_502', 'json_503', 'throttled'] as const) {
      const ways = await change.everyWay(stage, 2, how)
      if (how === 'throttled') await crm.refuse('throttled')
      else relay.strike({ how, carried: false })
      const reading = stage.hook()
      await stage
        .read(session, { object: subject.object, ids }, [subject.note], reading)
        .catch(() => undefined)
      mustBeOne(stage, reading, `${how}, read`)
      for (const changes of ways) {
        const writing = stage.hook()
        await session.write(changes, writing)
        mustBeOne(stage, writing, `${how}, ${change.wayOf(changes)}`)
      }
      await mustOpenOnce(stage, session, how)
      relay.calm()
      await crm.calm()
    }
  },
}

async function mustOpenOnce(stage: Stage, { bulk }: Session, how: string): Promise<void> {
  if (bulk === undefined) return
  const opening = stage.hook()
  await bulk.open({ object: stage.subject.object, creates: false }, opening).catch(() => undefined)
  mustBeOne(stage, opening, `${how}, a bulk job`)
}

function mustBeOne({ must }: Stage, { sent }: Hook, of: string): void {
  const requests = sent.reduce((sum, one) => sum + one.requests, 0)
  must(sent.length === 1 && requests === 1, `${of}: ${requests} requests in ${sent.length} uses`)
  must(sent[0]?.error instanceof RequestFailed, `${of}: send threw ${sent[0]?.error}`)
}

export const REQUESTS: readonly Check[] = [counted, reads, notRepeated]
