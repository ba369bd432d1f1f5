import * as change from '../changes.ts'
import type { Check } from '../check.ts'

const unknown: Check = {
  id: 'lost-answer',
  promise: 'a write whose answer is lost has an unknown outcome, for each key',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    for (const carried of [true, false]) {
      for (const changes of await change.everyWay(stage, 3, 'lost')) {
        stage.relay.strike({ how: 'reset', carried, kind: 'write' })
        const results = await session.write(changes, stage.hook())
        stage.relay.calm()
        const of = `${change.wayOf(changes)}, ${carried ? 'carried out' : 'not carried out'}`
        change.mustAnswerAll(stage, changes, results, of)
        for (const { key } of changes) {
          const said = change.said(change.resultOf(results, key))
          stage.must(said === 'unknown_outcome', `${of}: ${key} is ${said}`)
        }
      }
    }
  },
}

const replay: Check = {
  id: 'replayed-create',
  promise: 'a create that is sent again after its answer was lost makes no second record',
  per: 'object',
  applies: ({ capabilities, subject }) => capabilities.idempotentCreates.includes(subject.object),
  async run(stage) {
    const session = await stage.ready()
    const changes = Array.from({ length: 3 }, () => change.create(stage, 'once'))
    const before = (await stage.records()).length
    stage.relay.strike({ how: 'reset', carried: true, kind: 'write' })
    await session.write(changes, stage.hook())
    stage.relay.calm()
    // The core's next run is another process.
    const later = await stage.open()
    const results = await later.write(changes, stage.hook())
    change.mustAnswerAll(stage, changes, results, 'sent again')
    await change.mustHaveWritten(stage, changes, results, 'sent again')
    const made = (await stage.records()).length - before
    stage.must(made === changes.length, `${changes.length} records were wanted, and ${made} were made`)
  },
}

export const LOST_ANSWERS: readonly Check[] = [unknown, replay]
