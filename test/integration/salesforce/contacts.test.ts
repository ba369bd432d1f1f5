import { expect, test } from 'vitest'
import type { Change } from '../../../src/contract/index.ts'
import { readyForAll } from './beside.ts'
import { countedCall, readAll } from './world.ts'

const contact = (email: string, AccountId: string, more: object = {}): Change => ({
  key: email,
  object: 'Contact',
  fields: { LastName: email, Email: email, AccountId, ...more },
})

test('a contact is made at its account; after a lost answer a look by email finds it', async () => {
  const { session, sandbox } = await readyForAll()
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  const batch = [contact('ann@acme.com', id), contact('bob@acme.com', id)]
  sandbox.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write' })
  expect(await session.write(batch, countedCall())).toMatchObject([
    { failure: { kind: 'unknown_outcome' } },
    { failure: { kind: 'unknown_outcome' } },
  ])
  const byEmail = { object: 'Contact', by: 'Email', values: ['ANN@acme.com', 'bob@acme.com'] }
  expect(await readAll(session, byEmail, ['Email', 'AccountId'])).toMatchObject([
    { fields: { Email: 'ann@acme.com', AccountId: id } },
    { fields: { Email: 'bob@acme.com', AccountId: id } },
  ])
  expect(await session.write([contact('cy@acme.com', id)], countedCall())).toMatchObject([
    { key: 'cy@acme.com', status: 'created' },
  ])
})

test('a contact that the org refuses hurts only itself, and one that was merged is written at its survivor', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const { id } = control.insert('Account', { Name: 'Acme' })
  const batch = [contact('no email', id), contact('ann@acme.com', id), contact('x@acme.com', '001xx')]
  expect(await session.write(batch, countedCall())).toMatchObject([
    { key: 'no email', failure: { kind: 'invalid', code: 'INVALID_EMAIL_ADDRESS' } },
    { key: 'ann@acme.com', status: 'created' },
    { key: 'x@acme.com', failure: { kind: 'invalid' } },
  ])
  const [kept = '', lost = ''] = ['Kept', 'Lost'].map(LastName => control.insert('Contact', { LastName }).id)
  control.merge('Contact', kept, lost)
  const update = { key: 'k', object: 'Contact', remoteId: lost, fields: { Title: 'CTO' } }
  expect(await session.write([update], countedCall())).toEqual([
    { key: 'k', status: 'written', remoteId: kept },
  ])
})

test('the contacts of accounts come with the one that changed last first', async () => {
  const { session, sandbox } = await readyForAll()
  const { control } = sandbox
  const [acme = '', other = ''] = ['Acme', 'Other'].map(Name => control.insert('Account', { Name }).id)
  const [first = ''] = ['First', 'Second'].map(LastName => {
    control.advance(60_000)
    return control.insert('Contact', { LastName, AccountId: acme }).id
  })
  control.insert('Contact', { LastName: 'Else', AccountId: other })
  control.advance(60_000)
  const { fields: changed } = control.update('Contact', first, { Title: 'CEO' })
  if (session.contacts === undefined) throw new Error('no contacts')
  const company = { object: 'Account', remoteId: acme, names: [] }
  const found = await Array.fromAsync(session.contacts([company], ['LastName', 'Email'], countedCall()))
  expect(found.map(({ fields, company: of }) => [fields.LastName, fields.Email, of])).toEqual([
    ['First', null, acme],
    ['Second', null, acme],
  ])
  expect(found[0]?.changedAt?.toISOString()).toBe(changed.LastModifiedDate)
})

test('owners who may be given something are users who are active, and queues', async () => {
  const { session, sandbox, owner } = await readyForAll()
  const { control } = sandbox
  const [ada, grace, left] = ['ada', 'grace', 'left'].map(name => owner(`${name}@sandbox.example`))
  const queue = control.records('Group')[0]?.id ?? ''
  control.update('User', grace ?? '', { IsActive: false })
  const asked = [ada ?? '', grace ?? '', left ?? '', queue, '00G000000000999', '005000000000999', 'Ada', '']
  expect(await session.activeOwners?.(asked, countedCall())).toEqual(new Set([ada, queue]))
  const short = (ada ?? '').slice(0, 15)
  expect(await session.activeOwners?.([short], countedCall())).toEqual(new Set([short]))
  expect(await session.activeOwners?.([], countedCall())).toEqual(new Set())
})
