import type { Bulk, Change, Ticket } from '../../contract/index.ts'
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
        const answer = await collected(() => bulk, ticket, changes, stage.hook())
        const list = answer === 'not_sent' ? [] : answer
        change.mustAnswerAll(stage, changes, list, `${change.wayOf(changes)}, ${of} time`)
        await change.mustHaveWritten(stage, changes, list, `${change.wayOf(changes)}, ${of} time`)
      }
    }
  },
}

/** Texts that CSVs and databases have for nothing. A company may be called so. */
const NOTHINGS = ['#N/A', '#n/a', 'N/A', 'null', 'NULL', '\\N', 'undefined', 'NaN', '""']

const nothings: Check = {
  id: 'bulk-texts-for-nothing',
  promise:
    'a text such as #N/A or null is written as it is by a bulk job, unless `takes` leaves it to a batch',
  per: 'object',
  applies: has,
  async run(stage) {
    const session = await stage.ready()
    const bulk = bulkOf(session)
    const changes = (await change.updates(stage, NOTHINGS.length, 'sound')).map((one, at) => ({
      ...one,
      fields: { [stage.subject.note]: NOTHINGS[at] ?? '' },
    }))
    const [byJob, byBatch] = [changes.filter(isTaken(bulk)), changes.filter(one => !isTaken(bulk)(one))]
    const results = await session.write(byBatch, stage.hook())
    await change.mustHaveWritten(stage, byBatch, results, 'in a batch')
    if (byJob.length === 0) return
    const ticket = await openFor(stage, bulk, byJob)
    await bulk.send(ticket, byJob, stage.hook())
    const answer = await collected(() => bulk, ticket, byJob, stage.hook())
    await change.mustHaveWritten(stage, byJob, answer === 'not_sent' ? [] : answer, 'in a job')
  },
}

const isTaken = (bulk: Bulk) => (one: Change) => bulk.takes?.(one) ?? true

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
    const answer = await collected(() => bulk, ticket, sent, stage.hook())
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

const killedSending: Check = {
  id: 'bulk-killed-sending',
  promise:
    'a bulk job that a kill cut off, at any step of sending or running, is sent once: collect tells what became of it',
  per: 'object',
  applies: has,
  async run(stage) {
    const steps = await sendCut(stage, null)
    stage.must(steps > 0, 'send writes nothing')
    for (let step = 0; step < steps; step++) {
      for (const carried of [true, false]) {
        await sendCut(stage, { step, carried, isLast: step === steps - 1 })
      }
    }
  },
}

/** Where `send` is cut off: at its write number `step`, which the CRM got or did not. */
interface Cut {
  step: number
  carried: boolean
  isLast: boolean
}

/** Cuts `send` off, then asks as the next run does. The writes that `send` made. */
async function sendCut(stage: Stage, cut: Cut | null): Promise<number> {
  const { relay } = stage
  const bulk = bulkOf(await stage.ready())
  let writes = 0
  for (const changes of await change.everyWay(stage, 3, `cut at ${JSON.stringify(cut)}`)) {
    const ticket = await openFor(stage, bulk, changes)
    const hook = stage.hook()
    if (cut !== null) relay.strike({ how: 'reset', carried: cut.carried, kind: 'write', after: cut.step })
    const isSent = await bulk.send(restored(ticket), changes, hook).then(
      () => true,
      () => false,
    )
    relay.calm()
    writes = hook.sent.filter(({ kind }) => kind === 'write').length
    const at = cut === null ? 'after' : `at request ${cut.step + 1}, ${cut.carried ? '' : 'not '}carried out`
    const of = `${change.wayOf(changes)} killed ${at}`
    stage.must(cut !== null || isSent, `${of}: send failed`)
    // What the CRM has in full it works on, whether it was asked or not.
    const isTaken = isSent || (cut?.isLast === true && cut.carried)
    await mustBeSentOnce(stage, restored(ticket), changes, isTaken, of)
  }
  return writes
}

async function mustBeSentOnce(
  stage: Stage,
  ticket: Ticket,
  changes: readonly Change[],
  isTaken: boolean,
  of: string,
): Promise<void> {
  const later = async () => bulkOf(await stage.open())
  const answer = await collected(later, ticket, changes, stage.hook())
  if (answer !== 'not_sent') {
    change.mustAnswerAll(stage, changes, answer, of)
    return change.mustHaveWritten(stage, changes, answer, of)
  }
  stage.must(!isTaken, `${of}: it is not_sent, and the CRM has all of it`)
  const there = await noted(stage, changes)
  stage.must(there === 0, `${of}: it is not_sent, and the CRM has ${there} of its changes`)
  const bulk = await later()
  const anew = await openFor(stage, bulk, changes)
  await bulk.send(anew, changes, stage.hook())
  const list = await collected(() => bulk, anew, changes, stage.hook())
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

export const BULK: readonly Check[] = [results, nothings, poison, killedEmpty, killedSending]
