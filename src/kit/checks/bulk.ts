import type { Bulk, Change } from '../../contract/index.ts'
import { bulkOf, collected, restored } from '../bulk-job.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const has: Check['applies'] = ({ harness }) => harness.bulk

const openFor = (stage: Stage, bulk: Bulk, changes: readonly Change[]) =>
  bulk.open({ object: stage.subject.object, creates: changes[0]?.remoteId === undefined }, stage.hook())

const results: Check = {
  id: 'bulk-results',
  promise: 'a bulk job answers one result for each change, as often as it is asked',
  per: 'object',
  applies: has,
  async run(stage) {
    const bulk = bulkOf(await stage.ready())
    for (const changes of await change.everyWay(stage, 25, 'in bulk')) {
      const ticket = await openFor(stage, bulk, changes)
      await bulk.send(ticket, changes, stage.hook())
      for (const of of ['first', 'second']) {
        const answer = await collected(bulk, ticket, changes, stage.hook())
        const list = answer === 'not_sent' ? [] : answer
        change.mustAnswerAll(stage, changes, list, `${change.wayOf(changes)}, ${of} time`)
        await change.mustHaveWritten(stage, changes, list, `${change.wayOf(changes)}, ${of} time`)
      }
    }
  },
}

const POISON = 'kit poison'

const poison: Check = {
  id: 'bulk-poisoned-record',
  promise: 'a record that the CRM refuses hurts only itself in a bulk job',
  per: 'object',
  applies: has,
  async run(stage) {
    const bulk = bulkOf(await stage.ready())
    await stage.crm.poison(stage.subject.object, POISON)
    const changes = await change.updates(stage, 5, 'sound')
    const [bad, ...sound] = changes
    if (bad === undefined) throw new Error('the harness inserted nothing')
    const sent = [...sound, { ...bad, fields: { [stage.subject.note]: POISON } }]
    const ticket = await openFor(stage, bulk, sent)
    await bulk.send(ticket, sent, stage.hook())
    const answer = await collected(bulk, ticket, sent, stage.hook())
    const list = answer === 'not_sent' ? [] : answer
    change.mustAnswerAll(stage, sent, list, 'bulk')
    await change.mustHaveWritten(stage, sound, list, 'bulk')
    const said = change.said(change.resultOf(list, bad.key))
    stage.must(said === 'invalid', `what the CRM refuses is ${said}, not invalid`)
  },
}

const killedEmpty: Check = {
  id: 'bulk-killed-after-open',
  promise: 'a bulk job that was opened and never sent is not_sent, and its changes may go anew',
  per: 'object',
  applies: has,
  async run(stage) {
    const bulk = bulkOf(await stage.ready())
    const changes = await change.updates(stage, 3, 'in bulk')
    const ticket = restored(await openFor(stage, bulk, changes))
    const later = bulkOf(await stage.open())
    const answer = await later.collect(ticket, changes, stage.hook())
    const said = typeof answer === 'string' ? answer : `${answer.length} results`
    stage.must(answer === 'not_sent', `it is ${said}, not not_sent`)
  },
}

/** More steps than any CRM's way of handing over a job. */
const MAX_STEPS = 10

const killedSending: Check = {
  id: 'bulk-killed-sending',
  promise: 'a bulk job whose sending was cut off at any step is sent once: collect tells whether it was',
  per: 'object',
  applies: has,
  async run(stage) {
    for (const carried of [true, false]) {
      for (let step = 0; step < MAX_STEPS; step++) {
        if (await isSentWhole(stage, step, carried)) break
        stage.must(step < MAX_STEPS - 1, `send makes more than ${MAX_STEPS} requests`)
      }
    }
  },
}

/** Cuts `send` off at its request number `step`; false where it had that many. */
async function isSentWhole(stage: Stage, step: number, carried: boolean): Promise<boolean> {
  const { relay } = stage
  const first = bulkOf(await stage.ready())
  let isWhole = true
  for (const changes of await change.everyWay(stage, 3, `cut at ${step} ${carried}`)) {
    const ticket = restored(await openFor(stage, first, changes))
    relay.strike({ how: 'reset', carried, kind: 'write', after: step })
    await first.send(ticket, changes, stage.hook()).catch(() => {
      isWhole = false
    })
    relay.calm()
    const of = `${change.wayOf(changes)} cut at request ${step + 1}, ${carried ? '' : 'not '}carried out`
    await mustBeSentOnce(stage, restored(ticket), changes, of)
  }
  return isWhole
}

async function mustBeSentOnce(
  stage: Stage,
  ticket: ReturnType<typeof restored>,
  changes: readonly Change[],
  of: string,
): Promise<void> {
  const bulk = bulkOf(await stage.open())
  const answer = await collected(bulk, ticket, changes, stage.hook())
  if (answer !== 'not_sent') {
    change.mustAnswerAll(stage, changes, answer, of)
    return change.mustHaveWritten(stage, changes, answer, of)
  }
  const there = await noted(stage, changes)
  stage.must(there === 0, `${of}: it is not_sent, and the CRM has ${there} of its changes`)
  const anew = await openFor(stage, bulk, changes)
  await bulk.send(anew, changes, stage.hook())
  const list = await collected(bulk, anew, changes, stage.hook())
  await change.mustHaveWritten(stage, changes, list === 'not_sent' ? [] : list, `${of}, sent anew`)
  const now = await noted(stage, changes)
  stage.must(now === changes.length, `${of}: ${changes.length} changes made ${now} records`)
}

/** Records that hold what these changes write. */
async function noted(stage: Stage, changes: readonly Change[]): Promise<number> {
  const { note } = stage.subject
  const notes = new Set(changes.map(({ fields }) => fields[note]))
  const ids = new Set(changes.map(({ remoteId }) => remoteId))
  const keys = new Set<unknown>(changes.map(({ key }) => key))
  const key = change.keyOf(stage)
  return (await stage.records()).filter(
    ({ id, fields }) => notes.has(String(fields[note])) && (ids.has(id) || keys.has(fields[key])),
  ).length
}

export const BULK: readonly Check[] = [results, poison, killedEmpty, killedSending]
