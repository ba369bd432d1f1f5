import { expect, test } from 'vitest'
import { countedCall, readAll, ready } from './world.ts'

const KEY = 'OQL_Domain__c'

test('10,000 accounts are read in five calls, with what tells them apart', async () => {
  const accounts = Array.from({ length: 10_000 }, (_, n) => ({
    Name: `Company ${n}`,
    Website: `https://www.c${n}.com/`,
  }))
  const { session } = await ready({ accounts })
  const call = countedCall()
  const all = { object: 'Account', all: true } as const
  const records = await readAll(session, all, ['Website', 'Owner.Name'], call)
  expect(new Set(records.map(({ fields }) => fields.Website)).size).toBe(10_000)
  expect(records[0]?.fields['Owner.Name']).toEqual(expect.any(String))
  expect(call.sent).toHaveLength(5)
  expect(await session.estimate(all, countedCall())).toEqual({ calls: 5 })
})

test('what is new is seen until it carries our key', async () => {
  const { session, sandbox } = await ready()
  const { control } = sandbox
  control.insert('Account', { Name: 'Old', Website: 'old.com' })
  control.advance(3_600_000)
  const changedSince = control.now()
  control.advance(1_000)
  const { id } = control.insert('Account', { Name: 'New', Website: 'new.com' })
  const news = { object: 'Account', changedSince, unlinked: true } as const
  expect((await readAll(session, news, ['Website'])).map(({ remoteId }) => remoteId)).toEqual([id])
  await session.write(
    [{ key: 'new.com', object: 'Account', remoteId: id, fields: { [KEY]: 'new.com' } }],
    countedCall(),
  )
  expect(await readAll(session, news, [])).toEqual([])
})

test('values of every type are written, read back and cleared; what is not named stays', async () => {
  const { session } = await ready()
  const fields = {
    Name: 'Acme',
    OQL_Stage__c: 'interest',
    OQL_Score__c: 12.34,
    OQL_Stage_Since__c: '2026-11-24',
    OQL_Seen_At__c: '2026-11-24T01:02:03.000Z',
    OQL_Reason__c: `it's "so", <b>&amp;</b> ümlaut`,
  }
  const [made] = await session.write([{ key: 'acme.com', object: 'Account', fields }], countedCall())
  if (made?.status !== 'created') throw new Error(JSON.stringify(made))
  const { remoteId } = made
  const names = Object.keys(fields)
  const byKey = { object: 'Account', by: KEY, values: ['ACME.com'] }
  expect(await readAll(session, byKey, names)).toMatchObject([{ remoteId, fields }])
  const clear = { OQL_Score__c: null, OQL_Stage__c: null }
  await session.write([{ key: 'acme.com', object: 'Account', remoteId, fields: clear }], countedCall())
  expect(await readAll(session, { object: 'Account', ids: [remoteId] }, names)).toMatchObject([
    { fields: { ...fields, ...clear } },
  ])
})

test('a create whose answer got lost is sent again and makes no second record', async () => {
  const { session, sandbox } = await ready()
  const batch = [{ key: 'acme.com', object: 'Account', fields: { Name: 'Acme' } }]
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' })
  expect(await session.write(batch, countedCall())).toMatchObject([{ failure: { kind: 'unknown_outcome' } }])
  expect(await session.write(batch, countedCall())).toMatchObject([{ status: 'written' }])
  expect(sandbox.control.records('Account')).toHaveLength(1)
})

test('a poisoned record, a lock and a missing right are each their own record’s', async () => {
  const { session, sandbox } = await ready()
  const { control } = sandbox
  const [good, locked, poisoned] = ['good', 'locked', 'bad'].map(
    Name => control.insert('Account', { Name }).id,
  )
  control.lock(locked ?? '')
  control.poison(({ id }) => id === poisoned)
  const change = (id: string | undefined, key: string, fields = {}) => ({
    key,
    object: 'Account',
    remoteId: id ?? '',
    fields: { OQL_Score__c: 1, ...fields },
  })
  const batch = [change(good, 'a'), change(locked, 'b'), change(poisoned, 'c')]
  const results = await session.write(batch, countedCall())
  expect(results).toMatchObject([
    { key: 'a', status: 'written' },
    { key: 'b', failure: { kind: 'transient', code: 'UNABLE_TO_LOCK_ROW' } },
    { key: 'c', failure: { kind: 'invalid', code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' } },
  ])
  control.fieldAccess('Account', 'OQL_Score__c', { read: true, edit: false })
  expect(await session.write([change(good, 'a')], countedCall())).toMatchObject([
    { failure: { kind: 'invalid', field: 'OQL_Score__c', message: expect.stringContaining('OQL_Sync') } },
  ])
  const refused = await session.write([change(locked, 'b', { OQL_Stage__c: 'no such stage' })], countedCall())
  expect(refused).toMatchObject([{ status: 'failed', failure: { kind: 'invalid' } }])
})

test('a merged account is read as its survivor and written there', async () => {
  const { session, sandbox } = await ready()
  const { control } = sandbox
  const [survivor = '', gone = ''] = ['Stays', 'Goes'].map(Name => control.insert('Account', { Name }).id)
  control.merge('Account', survivor, gone)
  expect(await readAll(session, { object: 'Account', ids: [gone, survivor] }, ['Name'])).toMatchObject([
    { remoteId: survivor },
    { remoteId: survivor, askedId: gone, fields: { Name: 'Stays' } },
  ])
  const change = { key: 'a.com', object: 'Account', remoteId: gone, fields: { OQL_Score__c: 5 } }
  expect(await session.write([change], countedCall())).toEqual([
    { key: 'a.com', status: 'written', remoteId: survivor },
  ])
  expect(control.record('Account', survivor)?.fields.OQL_Score__c).toBe(5)
})

test('a deleted account is gone', async () => {
  const { session, sandbox } = await ready()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  sandbox.control.delete('Account', id)
  expect(await readAll(session, { object: 'Account', ids: [id] }, [])).toEqual([])
  const change = { key: 'a.com', object: 'Account', remoteId: id, fields: { OQL_Score__c: 5 } }
  const [result] = await session.write([change], countedCall())
  expect(result).toMatchObject({ status: 'failed', failure: { kind: 'gone' } })
  expect(result).not.toHaveProperty('failure.movedTo')
})

test('a converted lead leads to its account: by id, by key, and when it is written', async () => {
  const { session, sandbox } = await ready()
  const fields = { Company: 'Acme', LastName: 'acme.com', OQL_Stage__c: 'interest' }
  const [made] = await session.write([{ key: 'acme.com', object: 'Lead', fields }], countedCall())
  if (made?.status !== 'created') throw new Error(JSON.stringify(made))
  const home = sandbox.control.convertLead(made.remoteId)
  const asked = {
    remoteId: home,
    object: 'Account',
    askedId: made.remoteId,
    fields: { Company: null, Name: 'Acme' },
  }
  const names = ['Company', 'Name']
  expect(await readAll(session, { object: 'Lead', ids: [made.remoteId] }, names)).toMatchObject([asked])
  expect(await readAll(session, { object: 'Lead', by: KEY, values: ['acme.com'] }, names)).toMatchObject([
    asked,
  ])
  expect(await readAll(session, { object: 'Lead', all: true }, names)).toEqual([])
  const failure = { kind: 'invalid', movedTo: { object: 'Account', remoteId: home } }
  for (const remoteId of [made.remoteId, undefined]) {
    const change = {
      key: 'acme.com',
      object: 'Lead',
      fields,
      ...(remoteId === undefined ? {} : { remoteId }),
    }
    expect(await session.write([change], countedCall())).toMatchObject([{ failure }])
  }
})

test('owners stay where an assignment rule would move them, unless the config lets it', async () => {
  const { session, again, sandbox } = await ready()
  const [ours = '', rule = ''] = ['integration@sandbox.example', 'rule@sandbox.example'].map(
    name => sandbox.control.records('User').find(({ fields }) => fields.Username === name)?.id,
  )
  const lead = (key: string) => [{ key, object: 'Lead', fields: { Company: key, LastName: key } }]
  await session.write(lead('stays.com'), countedCall())
  await (await again({ auto_assign: true })).write(lead('moves.com'), countedCall())
  const owners = sandbox.control.records('Lead').map(({ fields }) => [fields.Company, fields.OwnerId])
  expect(owners).toEqual([
    ['stays.com', ours],
    ['moves.com', rule],
  ])
})

test('a duplicate rule that alerts is passed, one that blocks refuses the record', async () => {
  const { session, sandbox } = await ready()
  sandbox.control.insert('Account', { Name: 'Alerting', Site: 'here' })
  sandbox.control.insert('Account', { Name: 'Other', Site: 'Blocking' })
  sandbox.control.duplicateRule({ object: 'Account', fields: ['Name'], action: 'alert' })
  sandbox.control.duplicateRule({ object: 'Account', fields: ['Site'], action: 'block' })
  const create = (key: string, Name: string, Site: string) => ({
    key,
    object: 'Account',
    fields: { Name, Site },
  })
  const batch = [create('a.com', 'Alerting', 'there'), create('b.com', 'New', 'Blocking')]
  expect(await session.write(batch, countedCall())).toMatchObject([
    { key: 'a.com', status: 'created' },
    { key: 'b.com', failure: { kind: 'duplicate', code: 'DUPLICATES_DETECTED' } },
  ])
})

test('a token that ends in the middle of a read is renewed, and nothing is read twice', async () => {
  const accounts = Array.from({ length: 4_100 }, (_, n) => ({ Name: `Company ${n}` }))
  const { session, sandbox } = await ready({ accounts })
  const records = []
  for await (const record of session.read({ object: 'Account', all: true }, [], countedCall())) {
    if (records.push(record) === 1_000) sandbox.control.expireTokens()
  }
  expect(new Set(records.map(({ remoteId }) => remoteId)).size).toBe(4_100)
  expect(records).toHaveLength(4_100)
})

test('the day’s calls that others used up end the session; too many at once pass', async () => {
  const { session, sandbox } = await ready()
  const all = { object: 'Account', all: true } as const
  sandbox.control.fault({ trouble: { kind: 'rate_limit', policy: 'concurrent' }, kind: 'read' })
  await expect(readAll(session, all, [])).rejects.toMatchObject({ failure: { kind: 'throttled' } })
  await readAll(session, all, [])
  expect(session.limits.dailyLeft).toBeGreaterThan(0)
  sandbox.control.useCalls(200_000)
  await expect(readAll(session, all, [])).rejects.toMatchObject({ fault: 'quota' })
})

test('a stopped request closes its connection and leaves no one waiting', async () => {
  const { session, sandbox } = await ready()
  await readAll(session, { object: 'Account', all: true }, [])
  sandbox.control.fault({ trouble: { kind: 'slow', delayMs: 60_000, at: 'after_commit' }, kind: 'read' })
  const stop = new AbortController()
  const call = countedCall({ signal: stop.signal })
  const reading = readAll(session, { object: 'Account', all: true }, [], call)
  stop.abort()
  await expect(reading).rejects.toMatchObject({ failure: { kind: 'transient' } })
})
