import type { Query, RemoteRecord } from '../../contract/index.ts'
import { keyOf } from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

/** The CRM's clock may be behind ours. */
const CLOCK_SLACK_MS = 60_000

/** At least these, each asked for by this query. */
function mustYield(stage: Stage, records: readonly RemoteRecord[], ids: readonly string[], of: string): void {
  const found = new Set(records.map(({ remoteId }) => remoteId))
  const missing = ids.filter(id => !found.has(id))
  stage.must(missing.length === 0, `${of}: ${missing.length} of ${ids.length} records are missing`)
}

/** So many that no read gets them in one request, which is looked at too. */
async function mustReadAllPages(stage: Stage, query: Query, ids: readonly string[], of: string) {
  const session = await stage.ready()
  const hook = stage.hook()
  mustYield(stage, await stage.read(session, query, [stage.subject.note], hook), ids, of)
  stage.must(hook.sent.length > 1, `${of}: pastOnePage of the harness fits into one request`)
}

const many = (stage: Stage, fields: (index: number) => Record<string, string> = () => ({})) =>
  stage.insert(...Array.from({ length: stage.harness.pastOnePage }, (_, index) => fields(index)))

const all: Check = {
  id: 'read-all',
  promise: 'a read of all records yields every one, past one page as well',
  per: 'object',
  run: async stage =>
    mustReadAllPages(stage, { object: stage.subject.object, all: true }, await many(stage), 'all'),
}

const byIds: Check = {
  id: 'read-ids',
  promise: 'a read by ids yields every one that is there, past one page as well',
  per: 'object',
  async run(stage) {
    const { object } = stage.subject
    const ids = await many(stage)
    const [gone = ''] = await stage.insert({})
    await stage.crm.remove(object, gone)
    await mustReadAllPages(stage, { object, ids: [gone, ...ids] }, ids, 'ids')
    const session = await stage.open()
    const left = await stage.read(session, { object, ids: [gone] })
    stage.must(!left.some(({ remoteId }) => remoteId === gone), 'a record that is gone was yielded')
  },
}

const byFields: Check = {
  id: 'read-by',
  promise: 'a read by a field yields every record that holds one of the values, letter case aside',
  per: 'object',
  async run(stage) {
    const { connector, subject } = stage
    await stage.ready()
    for (const by of connector.capabilities.readBy[subject.object] ?? []) {
      const values = Array.from({ length: stage.harness.pastOnePage }, () => stage.domain())
      const ids = await many(stage, index => ({ [by]: values[index] ?? '' }))
      const query = { object: subject.object, by, values: [...values, stage.domain()] }
      await mustReadAllPages(stage, query, ids, `by ${by}`)
      const upper = { ...query, values: values.slice(0, 2).map(value => value.toUpperCase()) }
      const session = await stage.open()
      mustYield(stage, await stage.read(session, upper), ids.slice(0, 2), `by ${by} in capital letters`)
    }
  },
}

const changed: Check = {
  id: 'read-changed',
  promise:
    'a read of what changed yields every record made or changed since that carries no key, past one page',
  per: 'object',
  async run(stage) {
    const { object } = stage.subject
    const since = new Date(Date.now() - CLOCK_SLACK_MS)
    await stage.ready()
    const ids = await many(stage)
    await stage.insert({ [keyOf(stage)]: stage.domain() })
    await mustReadAllPages(stage, { object, changedSince: since, unlinked: true }, ids, 'changed')
  },
}

const fields: Check = {
  id: 'read-fields',
  promise: 'a record holds the fields that were asked for: null where one is empty',
  per: 'object',
  async run(stage) {
    const { connector, subject, must } = stage
    const { object, note } = subject
    const session = await stage.ready()
    const [full = '', empty = ''] = await stage.insert({ [note]: 'some text' }, {})
    const [name = note] = connector.capabilities.nameFields[object] ?? []
    const queries: Query[] = [
      { object, all: true },
      { object, ids: [full, empty] },
      { object, changedSince: new Date(Date.now() - CLOCK_SLACK_MS), unlinked: true },
    ]
    for (const query of queries) {
      const records = new Map(
        (await stage.read(session, query, [note, name])).map(record => [record.remoteId, record]),
      )
      const kind = Object.keys(query).filter(key => key !== 'object')
      must(records.get(full)?.fields[note] === 'some text', `${kind}: a text came back as another`)
      must(records.get(empty)?.fields[note] === null, `${kind}: an empty field is not null`)
      must(typeof records.get(empty)?.fields[name] === 'string', `${kind}: ${name} is missing`)
      const made = records.get(full)?.createdAt
      must(made === null || made instanceof Date, `${kind}: createdAt is neither a date nor null`)
    }
  },
}

const merged: Check = {
  id: 'read-merged',
  promise: 'a record that lives on under another id is yielded with the id that was asked for',
  per: 'object',
  applies: ({ subject }) => subject.merges,
  async run(stage) {
    const { object, note } = stage.subject
    const session = await stage.ready()
    const [kept = '', lost = '', other = ''] = await stage.insert({ [note]: 'kept' }, {}, {})
    const lives = await stage.crm.merge(object, kept, lost)
    const records = await stage.read(session, { object, ids: [lost, other] }, [note])
    mustYield(stage, records, [lives, other], 'merged')
    stage.must(
      records.some(({ remoteId, askedId }) => remoteId === lives && askedId === lost),
      `no record says that ${lost} was asked for`,
    )
    const plain = records.find(({ remoteId }) => remoteId === other)
    stage.must(plain?.askedId === undefined || plain.askedId === other, 'askedId on a record of its own')
  },
}

const became: Check = {
  id: 'read-became',
  promise:
    'a record of ours that became another object’s is told, as what it became and with the id that it had',
  per: 'object',
  applies: ({ subject }) => subject.becomes === true,
  async run(stage) {
    const { crm, must } = stage
    const { object, note } = stage.subject
    const session = await stage.ready()
    const since = new Date(Date.now() - CLOCK_SLACK_MS)
    const keys = [stage.domain(), stage.domain()]
    const [ours = '', stays = ''] = await stage.insert(...keys.map(key => ({ [keyOf(stage)]: key })))
    const home = await crm.become?.(object, ours)
    if (home === undefined)
      return must(false, 'the harness says that records become others, and has no become')
    if (session.becameOthers === undefined) return must(false, 'the session has no becameOthers')
    const told = await Array.fromAsync(session.becameOthers({ object, since }, [note], stage.hook()))
    const one = told.find(({ remoteId }) => remoteId === home.id)
    must(one !== undefined, `what ${ours} became is not told`)
    must(one?.askedId === ours, `it is not told that ${ours} became it`)
    must(one?.object === home.object, `its object is said to be ${one?.object}, not ${home.object}`)
    must(one !== undefined && note in one.fields, `${note} was asked for, and is missing`)
    must(!told.some(({ askedId }) => askedId === stays), 'a record that is what it was is told')
  },
}

/** The core only chooses the cheaper of two ways by it. */
const ESTIMATE_FACTOR = 2

const estimate: Check = {
  id: 'estimate',
  promise: 'estimate tells, within a factor of two, how many calls a read makes',
  per: 'object',
  async run(stage) {
    const { connector, subject, must } = stage
    const { object } = subject
    const [by] = connector.capabilities.readBy[object] ?? []
    const session = await stage.ready()
    const ids = await many(stage)
    const queries: Query[] = [
      { object, all: true },
      { object, ids },
      { object, changedSince: new Date(Date.now() - CLOCK_SLACK_MS), unlinked: true },
      ...(by === undefined ? [] : [{ object, by, values: ids.map(() => stage.domain()) }]),
    ]
    for (const query of queries) {
      const { calls } = await session.estimate(query, stage.hook())
      const hook = stage.hook()
      await stage.read(session, query, [], hook)
      const made = hook.sent.length
      const isNear = calls <= made * ESTIMATE_FACTOR && calls >= made / ESTIMATE_FACTOR
      const kind = Object.keys(query).filter(key => key !== 'object')
      must(isNear, `${kind}: ${calls} calls were estimated, and ${made} were made`)
    }
  },
}

export const READS: readonly Check[] = [all, byIds, byFields, changed, fields, merged, became, estimate]
