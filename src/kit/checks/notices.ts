import type { Notice, NoticeType, Result, Session } from '../../contract/index.ts'
import * as beside from '../beside.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import { isSame } from '../examples.ts'
import type { SeenRecord } from '../harness.ts'
import type { Stage } from '../stage.ts'

const has: Check['applies'] = ({ capabilities }) => Object.keys(capabilities.notices).length > 0

async function notify(
  stage: Stage,
  session: Session,
  notices: readonly Notice[],
  of: string,
): Promise<Result[]> {
  if (session.notify === undefined)
    throw new Error('capabilities.notices names a type, and notify is not there')
  const results = await session.notify(notices, stage.hook())
  const asked = notices.map(({ id }) => id).sort()
  const answered = results.map(({ key }) => key).sort()
  const isEach = asked.length === answered.length && asked.every((id, index) => id === answered[index])
  stage.must(isEach, `${of}: ${asked.length} notices, and results for [${answered.join(', ')}]`)
  return results
}

/** What was made of each notice, as it stands in the CRM. */
async function madeOf(
  stage: Stage,
  type: NoticeType,
  notices: readonly Notice[],
): Promise<Map<string, SeenRecord[]>> {
  const makes = stage.connector.capabilities.notices[type]
  if (makes === undefined) throw new Error(`the connector makes no ${type}`)
  const records = await stage.crm.records(makes.object)
  return new Map(
    notices.map(({ id }) => [id, records.filter(record => change.textIn(record, makes.key) === id)]),
  )
}

/** One of each; of events, which can't be looked for, at least one. */
function mustBeThere(stage: Stage, type: NoticeType, made: Map<string, SeenRecord[]>, of: string): void {
  for (const [id, records] of made) {
    const { length } = records
    const isRight = type === 'event' ? length > 0 : length === 1
    stage.must(isRight, `${of}: ${length} records carry the id ${id}`)
  }
}

const each: Check = {
  id: 'notice-made',
  promise: 'notify answers one result for each id, and what it makes carries the id',
  per: 'connector',
  applies: has,
  async run(stage) {
    const session = await beside.readyBeside(stage)
    const company = await beside.company(stage)
    for (const { type } of beside.noticeTypes(stage)) {
      await notify(stage, session, [], `${type}, none`)
      for (const size of new Set([1, 2, session.limits.maxBatch])) {
        const of = `${type}, ${size}`
        const notices = beside.noticesOf(stage, type, size, company, 'Body')
        const results = await notify(stage, session, notices, of)
        const made = await madeOf(stage, type, notices)
        mustBeThere(stage, type, made, of)
        for (const result of results) mustBeNew(stage, type, result, made.get(result.key) ?? [])
      }
    }
  },
}

function mustBeNew(stage: Stage, type: NoticeType, result: Result, made: readonly SeenRecord[]): void {
  const { key, status } = result
  stage.must(status === 'created', `${type} ${key} is new, and is ${change.said(result)}`)
  const isNamed = type === 'event' || status === 'failed' || made.some(({ id }) => id === result.remoteId)
  stage.must(isNamed, `${type} ${key}: the result does not name what was made`)
}

const replayed: Check = {
  id: 'notice-replayed',
  promise: 'a notice whose answer was lost is looked for, so that no second task or note is made',
  per: 'connector',
  applies: has,
  async run(stage) {
    const session = await beside.readyBeside(stage)
    const company = await beside.company(stage)
    for (const { type } of beside.noticeTypes(stage)) {
      for (const carried of [true, false]) {
        const of = `${type}, ${carried ? 'carried out' : 'not carried out'}`
        const notices = beside.noticesOf(stage, type, 3, company, 'Body')
        stage.relay.strike({ how: 'reset', carried, kind: 'write' })
        const lost = await notify(stage, session, notices, of)
        stage.relay.calm()
        for (const result of lost) {
          const said = change.said(result)
          stage.must(said === 'unknown_outcome', `${of}: its answer was lost, and it is ${said}`)
        }
        await mustNotDouble(stage, type, notices, carried)
      }
    }
  },
}

/** A later process, which does not know whether they are there. */
async function mustNotDouble(
  stage: Stage,
  type: NoticeType,
  notices: readonly Notice[],
  carried: boolean,
): Promise<void> {
  const of = `${type}, ${carried ? 'there' : 'not there'}`
  const again = notices.map(notice => ({ ...notice, mayExist: true }))
  const results = await notify(stage, await stage.open(), again, of)
  const wanted = carried && type !== 'event' ? 'written' : 'created'
  for (const result of results) {
    stage.must(result.status === wanted, `${of}: it is ${change.said(result)}, not ${wanted}`)
  }
  mustBeThere(stage, type, await madeOf(stage, type, notices), of)
}

const POISON = 'kit poison'

const poisoned: Check = {
  id: 'poisoned-notice',
  promise: 'a notice that the CRM refuses hurts only itself',
  per: 'connector',
  applies: has,
  async run(stage) {
    const session = await beside.readyBeside(stage)
    const company = await beside.company(stage)
    for (const { type, makes } of beside.noticeTypes(stage)) {
      await stage.crm.poison(makes.object, POISON)
      const sound = beside.noticesOf(stage, type, 4, company, 'Body')
      const bad = beside.noticesOf(stage, type, 1, company, POISON)
      const notices = [...sound.slice(0, 2), ...bad, ...sound.slice(2)]
      const results = await notify(stage, session, notices, type)
      mustBeThere(stage, type, await madeOf(stage, type, sound), type)
      for (const { id } of sound) {
        const result = change.resultOf(results, id)
        stage.must(change.isDone(result), `${type}: ${id} is sound, and is ${change.said(result)}`)
      }
      for (const { id } of bad) {
        const said = change.said(change.resultOf(results, id))
        stage.must(said === 'invalid', `${type}: what the CRM refuses is ${said}, not invalid`)
      }
    }
  },
}

const eventFields: Check = {
  id: 'event-fields',
  promise: 'an event is published with every field that it is given',
  per: 'connector',
  applies: ({ capabilities }) => capabilities.notices.event !== undefined,
  async run(stage) {
    const { event } = stage.connector.capabilities.notices
    const session = await beside.readyBeside(stage)
    const company = await beside.company(stage)
    const notices = beside.noticesOf(stage, 'event', 1, company, 'Grüße, "quoted" <b> & 日本')
    await notify(stage, session, notices, 'event')
    const [notice] = notices
    const [published] = (await madeOf(stage, 'event', notices)).get(notice?.id ?? '') ?? []
    if (event === undefined || notice?.type !== 'event' || published === undefined) {
      return stage.must(false, 'no event was published')
    }
    for (const field of event.fields) {
      const [sent, got] = [notice.fields[field.name] ?? null, published.fields[field.name] ?? null]
      stage.must(isSame(field, sent, got), `${field.name}: ${sent} was sent, and ${got} was published`)
    }
  },
}

export const NOTICES: readonly Check[] = [each, replayed, poisoned, eventFields]
