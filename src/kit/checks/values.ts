import type { Session } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import { exampleOf, isSame } from '../examples.ts'
import type { Stage } from '../stage.ts'

const clears: Check = {
  id: 'null-clears',
  promise: 'null clears a field, and a field that is absent is left alone',
  per: 'object',
  async run(stage) {
    const { subject, must } = stage
    const { note } = subject
    const key = change.keyOf(stage)
    const session = await stage.ready()
    const [cleared = '', kept = ''] = await stage.insert({ [note]: 'old' }, { [note]: 'old' })
    const changes = [
      change.update(stage, stage.domain(), cleared, { [note]: null }),
      change.update(stage, stage.domain(), kept, { [key]: stage.domain() }),
    ]
    const results = await session.write(changes, stage.hook())
    const records = await stage.records()
    const noteOf = (id: string) =>
      change.textIn(
        records.find(record => record.id === id),
        note,
      )
    must(
      results.every(result => result.status === 'written'),
      'a change was not written',
    )
    must(noteOf(cleared) === '', 'null did not clear the field')
    must(noteOf(kept) === 'old', `a field that was absent became '${noteOf(kept)}'`)
    await mustClearEach(stage, session, kept)
  },
}

/** Fields of every type, and not only texts. */
async function mustClearEach(stage: Stage, session: Session, id: string): Promise<void> {
  const { object, wanted } = stage.subject
  if (!stage.connector.capabilities.schema) return
  const full = Object.fromEntries(wanted.map(spec => [spec.name, exampleOf(spec)]))
  const empty = Object.fromEntries(wanted.map(({ name }) => [name, null]))
  for (const fields of [full, empty]) {
    await session.write([change.update(stage, stage.domain(), id, fields)], stage.hook())
  }
  const [record] = await stage.read(session, { object, ids: [id] }, Object.keys(empty))
  for (const { name, type } of wanted) {
    const left = record?.fields[name] ?? null
    // Some CRMs know no empty checkbox.
    const isEmpty = left === null || (type === 'boolean' && left === false)
    stage.must(isEmpty, `null left ${left} in ${type} ${name}`)
  }
}

const values: Check = {
  id: 'values',
  promise: 'values of every type come back as they were written',
  per: 'object',
  applies: ({ capabilities }) => capabilities.schema,
  async run(stage) {
    const { subject, must } = stage
    const { object, wanted } = subject
    const session = await stage.ready()
    const [id = ''] = await stage.insert({})
    const fields = Object.fromEntries(wanted.map(spec => [spec.name, exampleOf(spec)]))
    const results = await session.write([change.update(stage, stage.domain(), id, fields)], stage.hook())
    must(change.isDone(results[0]), `${change.said(results[0])}: ${JSON.stringify(results[0])}`)
    const [record] = await stage.read(session, { object, ids: [id] }, Object.keys(fields))
    for (const spec of wanted) {
      const [sent, got] = [fields[spec.name] ?? null, record?.fields[spec.name] ?? null]
      must(isSame(spec, sent, got), `${spec.type} ${spec.name}: wrote ${sent}, read ${got}`)
    }
  },
}

export const VALUES: readonly Check[] = [clears, values]
