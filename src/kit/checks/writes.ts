import { isDeepStrictEqual } from 'node:util'
import type { Change, Query, Result, Session } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import { frozen } from '../frozen.ts'
import { useBeside } from '../round.ts'
import type { Stage } from '../stage.ts'
import { REFUSALS } from './refusals.ts'

const oneResult: Check = {
  id: 'one-result-per-key',
  promise: 'write answers one result for each key, in batches of any size, and does what it says',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    stage.must((await session.write([], stage.hook())).length === 0, 'an empty batch has results')
    for (const size of new Set([1, 2, session.limits.maxBatch])) {
      for (const changes of await change.everyWay(stage, size, `of ${size}`)) {
        const of = `${change.wayOf(changes)} of ${size}`
        const results = await session.write(changes, stage.hook())
        change.mustAnswerAll(stage, changes, results, of)
        await change.mustHaveWritten(stage, changes, results, of)
        if (change.wayOf(changes) === 'create') await mustBeNew(stage, changes, results)
      }
    }
  },
}

async function mustBeNew(stage: Stage, changes: readonly Change[], results: readonly Result[]) {
  const records = await stage.records()
  for (const { key } of changes) {
    const result = change.resultOf(results, key)
    stage.must(result?.status === 'created', `${key} is new, and is ${change.said(result)}`)
    const record = change.recordOf(records, result)
    stage.must(change.textIn(record, change.keyOf(stage)) === key, `${key} is not the key of its record`)
  }
}

const gone: Check = {
  id: 'gone-record',
  promise: 'a record that is not there any more is gone, and hurts only itself',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    const changes = await change.updates(stage, 4, 'still here')
    const [lost, ...sound] = changes
    if (lost?.remoteId === undefined) throw new Error('the harness inserted nothing')
    await stage.crm.remove(stage.subject.object, lost.remoteId)
    const results = await session.write(changes, stage.hook())
    change.mustAnswerAll(stage, changes, results, 'update')
    await change.mustHaveWritten(stage, sound, results, 'update')
    const said = change.said(change.resultOf(results, lost.key))
    stage.must(said === 'gone', `a record that was removed is ${said}, not gone`)
  },
}

const duplicate: Check = {
  id: 'duplicate-key',
  promise: 'a key that another record holds is a duplicate, where the CRM keeps keys unique',
  per: 'object',
  async run(stage) {
    const { object } = stage.subject
    const key = change.keyOf(stage)
    const session = await stage.ready()
    const fields = await session.describe(object, stage.hook())
    if (fields.find(({ name }) => name === key)?.unique !== true) {
      const isIdempotent = stage.connector.capabilities.idempotentCreates.includes(object)
      return stage.must(!isIdempotent, `creates are idempotent, and the key ${key} is not unique`)
    }
    const taken = stage.domain()
    const [holder = '', other = ''] = await stage.insert({ [key]: taken }, {})
    const results = await session.write([change.update(stage, taken, other, { [key]: taken })], stage.hook())
    const said = change.said(change.resultOf(results, taken))
    stage.must(said === 'duplicate', `a key that is taken is ${said}, not duplicate`)
    const records = await stage.records()
    const holders = records.filter(record => change.textIn(record, key) === taken).map(({ id }) => id)
    stage.must(isDeepStrictEqual(holders, [holder]), `the key is held by ${holders}`)
  },
}

const inputs: Check = {
  id: 'inputs-unchanged',
  promise: 'nothing that the core hands over is changed',
  per: 'object',
  async run(stage) {
    const { connector, subject } = stage
    const { object, note } = subject
    const config = frozen(connector.config.parse(stage.config()))
    const session = await connector.open(config, stage.tools)
    try {
      await useFrozen(stage, session)
      const [id = ''] = await stage.insert({})
      const fields = frozen([note])
      for (const query of frozen<Query[]>([
        { object, all: true },
        { object, ids: [id] },
      ])) {
        await stage.read(session, query, fields)
        await session.estimate(query, stage.hook())
      }
    } finally {
      await session.close()
    }
  },
}

async function useFrozen(stage: Stage, session: Session): Promise<void> {
  const { object, wanted } = stage.subject
  const call = { ...stage.hook(), dryRun: false }
  if (stage.connector.capabilities.schema) await session.ensureSchema(object, frozen(wanted), call)
  await session.check(frozen({ object, creates: true, owners: [] }), stage.hook())
  for (const changes of await change.everyWay(stage, 3, 'frozen')) {
    const results = await session.write(frozen(changes), stage.hook())
    stage.must(results.every(change.isDone), `${change.wayOf(changes)}: frozen changes were not written`)
  }
  await useBeside(stage, session, stage.hook())
}

export const WRITES: readonly Check[] = [oneResult, ...REFUSALS, gone, duplicate, inputs]
