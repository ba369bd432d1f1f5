import { expect, test } from 'vitest'
import type { Bulk, Change, Result, Ticket } from '../../../src/contract/index.ts'
import { countedCall, readAll, ready, type World } from './world.ts'

const bulkIn = ({ bulk }: World['session']): Bulk => {
  if (bulk === undefined) throw new Error('no bulk')
  return bulk
}

/** Asks until the job is done. The sandbox counts polls, so that no time passes. */
async function collected(bulk: Bulk, ticket: Ticket, sent: Change[]): Promise<Result[] | 'not_sent'> {
  for (let polls = 0; polls < 10; polls++) {
    const answer = await bulk.collect(ticket, sent, countedCall())
    if (answer !== 'running') return answer
  }
  throw new Error('the job does not end')
}

const create = (n: number): Change => ({
  key: `c${n}.com`,
  object: 'Account',
  fields: { Name: `Company ${n}`, OQL_Stage__c: n === 7 ? 'no such stage' : 'interest' },
})

test('5,000 creates go by one job in seven calls; the one that is refused is the only one', async () => {
  const { session, sandbox } = await ready()
  const bulk = bulkIn(session)
  const sent = Array.from({ length: 5_000 }, (_, n) => create(n))
  const ticket = await bulk.open({ object: 'Account', creates: true }, countedCall())
  await bulk.send(ticket, sent, countedCall())
  const results = await collected(bulk, ticket, sent)
  if (results === 'not_sent') throw new Error('not sent')
  expect(results.map(({ key }) => key)).toEqual(sent.map(({ key }) => key))
  expect(results.filter(({ status }) => status === 'created')).toHaveLength(4_999)
  expect(results[7]).toMatchObject({
    failure: { kind: 'invalid', code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' },
  })
  expect(sandbox.control.records('Account')).toHaveLength(4_999)
})

test('updates of different shapes neither clear nor lose a field', async () => {
  const { session, sandbox } = await ready()
  const bulk = bulkIn(session)
  const before = { Name: 'A', OQL_Score__c: 1, OQL_Reason__c: 'why' }
  const ids = [1, 2, 3].map(() => sandbox.control.insert('Account', before).id)
  const fields: Change['fields'][] = [
    { OQL_Score__c: 2 },
    { OQL_Reason__c: null, OQL_Score__c: 3 },
    { OQL_Reason__c: 'a "b", c\nd' },
  ]
  const sent = fields.map((fields, n) => ({
    key: `a${n}.com`,
    object: 'Account',
    remoteId: ids[n] ?? '',
    fields,
  }))
  const ticket = await bulk.open({ object: 'Account', creates: false }, countedCall())
  await bulk.send(ticket, sent, countedCall())
  expect(await collected(bulk, ticket, sent)).toEqual(
    sent.map(({ key, remoteId }) => ({ key, status: 'written', remoteId })),
  )
  const records = await readAll(session, { object: 'Account', ids }, Object.keys(before))
  const held = new Map(records.map(({ remoteId, fields }) => [remoteId, fields]))
  expect(ids.map(id => held.get(id))).toEqual(fields.map(changed => ({ ...before, ...changed })))
})

test('killed before the upload, after it, and after the start: each time the next run knows', async () => {
  const { session, again, sandbox } = await ready()
  const bulk = bulkIn(session)
  const sent = [create(1), create(2)]
  const opened = await bulk.open({ object: 'Account', creates: true }, countedCall())
  expect(await bulkIn(await again()).collect(opened, sent, countedCall())).toBe('not_sent')

  const uploaded = await bulk.open({ object: 'Account', creates: true }, countedCall())
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'before_commit' }, method: 'PATCH' })
  await expect(bulk.send(uploaded, sent, countedCall())).rejects.toMatchObject({
    failure: { kind: 'unknown_outcome' },
  })
  expect(await bulkIn(await again()).collect(uploaded, sent, countedCall())).toBe('not_sent')
  expect(sandbox.control.records('Account')).toEqual([])

  const started = await bulk.open({ object: 'Account', creates: true }, countedCall())
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, method: 'PATCH' })
  await expect(bulk.send(started, sent, countedCall())).rejects.toMatchObject({
    failure: { kind: 'unknown_outcome' },
  })
  expect(await collected(bulkIn(await again()), started, sent)).toMatchObject([
    { key: 'c1.com', status: 'created' },
    { key: 'c2.com', status: 'created' },
  ])
  expect(sandbox.control.records('Account')).toHaveLength(2)
})
