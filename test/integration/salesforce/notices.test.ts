import { expect, test } from 'vitest'
import type { Notice, Result, Session } from '../../../src/contract/index.ts'
import { readyForAll } from './beside.ts'
import { countedCall } from './world.ts'

const DUE = new Date('2026-12-01T23:30:00Z')

const task = (
  id: string,
  remoteId: string,
  more: Partial<Extract<Notice, { type: 'task' }>> = {},
): Notice => ({
  id,
  mayExist: false,
  type: 'task',
  record: { object: 'Account', remoteId },
  subject: 'Acme reached Ongoing Usage',
  body: 'for a reason',
  dueAt: DUE,
  owner: null,
  ...more,
})

const note = (id: string, remoteId: string): Notice => ({
  id,
  mayExist: false,
  type: 'note',
  record: { object: 'Account', remoteId },
  subject: 'Moved down',
  body: 'for a reason',
  at: DUE,
})

const event = (id: string): Notice => ({
  id,
  mayExist: false,
  type: 'event',
  fields: {
    Notice_Id__c: id,
    Domain__c: 'acme.com',
    From__c: null,
    To__c: 'interest',
    Direction__c: 'first',
    Score__c: 12.5,
    Reason__c: 'r'.repeat(255),
  },
})

const again = (notice: Notice): Notice => ({ ...notice, mayExist: true })

function notify(session: Session, notices: Notice[], call = countedCall()): Promise<Result[]> {
  if (session.notify === undefined) throw new Error('no notify')
  return session.notify(notices, call)
}

test('a task stands at its account, due on its day, with an owner where there is one', async () => {
  const { session, sandbox, owner } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  const [ada, ours] = ['ada@sandbox.example', 'integration@sandbox.example'].map(owner)
  const subject = `${'s'.repeat(254)}😀`
  const results = await notify(session, [task('n1', id, { owner: ada ?? '', subject }), task('n2', id)])
  expect(results).toMatchObject([
    { key: 'n1', status: 'created' },
    { key: 'n2', status: 'created' },
  ])
  const common = { WhatId: id, Description: 'for a reason', ActivityDate: '2026-12-01', IsClosed: false }
  expect(sandbox.control.records('Task').map(({ fields }) => fields)).toMatchObject([
    { ...common, OQL_Notice_Id__c: 'n1', OwnerId: ada, Subject: 's'.repeat(254) },
    { ...common, OQL_Notice_Id__c: 'n2', OwnerId: ours, Subject: 'Acme reached Ongoing Usage' },
  ])
})

test('a note is a completed task', async () => {
  const { session, sandbox } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  expect(await notify(session, [note('n1', id)])).toMatchObject([{ key: 'n1', status: 'created' }])
  expect(sandbox.control.records('Task')[0]?.fields).toMatchObject({
    Status: 'Completed',
    IsClosed: true,
    Subject: 'Moved down',
    ActivityDate: '2026-12-01',
  })
})

test('after a lost answer no task is made twice, and those that were not made are', async () => {
  const { session, sandbox } = await readyForAll()
  const accounts = sandbox.control.insertMany(
    'Account',
    Array.from({ length: 100 }, (_, n) => ({ Name: `A${n}` })),
  )
  const notices = accounts.flatMap(({ id }, n) => [task(`t${n}`, id), task(`u${n}`, id)])
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' })
  const lost = await notify(session, notices.slice(0, 150))
  expect(new Set(lost.map(each => each.status === 'failed' && each.failure.kind))).toEqual(
    new Set(['unknown_outcome']),
  )
  const call = countedCall()
  const results = await notify(session, notices.map(again), call)
  expect(call.sent).toEqual(['read', 'write'])
  expect(results.map(({ key }) => key).sort()).toEqual(notices.map(({ id }) => id).sort())
  const count = (status: string) => results.filter(each => each.status === status).length
  expect([count('written'), count('created')]).toEqual([150, 50])
  expect(sandbox.control.records('Task')).toHaveLength(200)
})

test('a task that somebody threw away is not made again', async () => {
  const { session, sandbox } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  const [made] = await notify(session, [task('n1', id)])
  if (made?.status !== 'created') throw new Error(JSON.stringify(made))
  sandbox.control.delete('Task', made.remoteId)
  expect(await notify(session, [again(task('n1', id))])).toEqual([{ ...made, status: 'written' }])
  expect(sandbox.control.records('Task')).toEqual([])
})

test('while it can not be looked for, what may exist is not made, and the others are', async () => {
  const { session, sandbox } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  sandbox.control.fault({ trouble: { kind: 'rate_limit', policy: 'concurrent' }, kind: 'read' })
  expect(await notify(session, [again(task('n1', id)), task('n2', id)])).toMatchObject([
    { key: 'n1', failure: { kind: 'throttled' } },
    { key: 'n2', status: 'created' },
  ])
  expect(sandbox.control.records('Task')).toHaveLength(1)
})

test('a task about a merged account is made at the survivor, once', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const [kept = '', lost = ''] = ['Kept', 'Lost'].map(Name => control.insert('Account', { Name }).id)
  await notify(session, [task('before', lost)])
  control.merge('Account', kept, lost)
  expect(await notify(session, [task('n1', lost)])).toMatchObject([{ key: 'n1', status: 'created' }])
  const repeated = [again(task('n1', lost)), again(task('before', lost))]
  expect((await notify(session, repeated)).map(({ status }) => status)).toEqual(['written', 'written'])
  const tasks = control.records('Task').map(({ fields }) => [fields.OQL_Notice_Id__c, fields.WhatId])
  expect(tasks).toEqual([
    ['before', kept],
    ['n1', kept],
  ])
})

test('a task of a lead is with that lead, and at its account once it was converted', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const { id } = control.insert('Lead', { Company: 'Acme', LastName: 'Doe' })
  const record = { object: 'Lead', remoteId: id }
  await notify(session, [task('n1', '', { record })])
  expect(control.records('Task')[0]?.fields).toMatchObject({ WhoId: id })
  const home = control.convertLead(id)
  const results = await notify(session, [again(task('n1', '', { record })), task('n2', '', { record })])
  expect(new Map(results.map(({ key, status }) => [key, status]))).toEqual(
    new Map([
      ['n1', 'written'],
      ['n2', 'created'],
    ]),
  )
  expect(control.records('Task').map(({ fields }) => fields.WhatId)).toEqual([home, home])
})

test('a deleted record, an owner who left and a hidden field are each their own notice’s', async () => {
  const { session, sandbox, owner } = await readyForAll()
  const { control } = sandbox
  const [here = '', gone = ''] = ['Here', 'Gone'].map(Name => control.insert('Account', { Name }).id)
  control.delete('Account', gone)
  const left = owner('left@sandbox.example')
  const notices = [task('n1', gone), task('n2', here, { owner: left }), task('n3', here)]
  const results = new Map((await notify(session, notices)).map(each => [each.key, each]))
  expect(results.get('n1')).toMatchObject({ failure: { kind: 'gone' } })
  expect(results.get('n2')).toMatchObject({ failure: { kind: 'invalid', code: 'INACTIVE_OWNER_OR_USER' } })
  expect(results.get('n3')).toMatchObject({ status: 'created' })
  control.fieldAccess('Task', 'Description', { read: true, edit: false })
  expect(await notify(session, [task('n4', here)])).toMatchObject([
    { failure: { kind: 'invalid', field: 'Description' } },
  ])
})

test('events are published together, each once for an answer that came', async () => {
  const { session, sandbox } = await readyForAll()
  const notices = Array.from({ length: 200 }, (_, n) => event(`e${n}`))
  const call = countedCall()
  const results = await notify(session, notices, call)
  expect(call.sent).toEqual(['write'])
  expect(results.map(({ key, status }) => `${key} ${status}`)).toEqual(
    notices.map(({ id }) => `${id} created`),
  )
  const published = sandbox.control.events('OQL_Stage_Change__e')
  expect(published).toHaveLength(200)
  expect(published[0]?.fields).toEqual(notices[0]?.type === 'event' ? notices[0].fields : {})
})

test('an event whose answer got lost is published again with the same id; more than an hour takes wait', async () => {
  const { session, sandbox } = await readyForAll({ hourlyEvents: 3 })
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' })
  expect(await notify(session, [event('e1')])).toMatchObject([{ failure: { kind: 'unknown_outcome' } }])
  expect(await notify(session, [again(event('e1'))])).toMatchObject([{ status: 'created' }])
  const ids = sandbox.control.events().map(({ fields }) => fields.Notice_Id__c)
  expect(ids).toEqual(['e1', 'e1'])
  expect(await notify(session, [event('e2'), event('e3')])).toMatchObject([
    { key: 'e2', status: 'created' },
    { key: 'e3', failure: { kind: 'transient', code: 'LIMIT_EXCEEDED' } },
  ])
})

test('none makes none, and two types at once are a bug', async () => {
  const { session } = await readyForAll()
  const call = countedCall()
  expect(await notify(session, [], call)).toEqual([])
  expect(call.sent).toEqual([])
  await expect(notify(session, [event('e1'), note('n1', 'x')])).rejects.toMatchObject({ fault: 'bug' })
})
