import { expect, test } from 'vitest'
import type { Intent } from '../../../src/contract/index.ts'
import { readyForAll } from './beside.ts'
import { countedCall } from './world.ts'

const intent = (more: Partial<Intent>): Intent => ({
  object: 'Account',
  creates: false,
  fields: ['Name'],
  owners: [],
  ...more,
})

test('what leads, contacts and tasks write is looked at field by field, as far as the mapping makes them', async () => {
  const { again, sandbox } = await readyForAll()
  const shut = { read: true, edit: false }
  sandbox.control.fieldAccess('Contact', 'Email', shut)
  sandbox.control.fieldAccess('Task', 'WhatId', shut)
  sandbox.control.fieldAccess('Task', 'Description', { read: false, edit: false })
  const problems = async (more: Partial<Intent>) =>
    (await (await again()).check(intent(more), countedCall())).problems.map(({ message }) => message)
  expect(await problems({ leads: true, notices: ['event'] })).toEqual([])
  expect(await problems({ contacts: true })).toEqual(['The Salesforce user may not write Email of Contact'])
  expect(await problems({ notices: ['note'] })).toEqual([
    'The Salesforce user may not write WhatId, Description of Task',
  ])
})

test('a field that is hidden from tasks is granted by setup', async () => {
  const { again, sandbox } = await readyForAll()
  sandbox.control.fieldAccess('Task', 'Description', { read: false, edit: false })
  const [step] = await (await again()).ensureSchema('Task', [], countedCall())
  expect(step).toMatchObject({ action: 'grant_access', name: 'OQL_Sync', done: true })
  expect(step?.detail).toMatch(/^Task\.Description$/)
})

test('owners who left are told, each with a warning; a queue fits leads and tasks, and no account', async () => {
  const { session, sandbox, owner } = await readyForAll()
  const [ada, left] = ['ada', 'left'].map(name => owner(`${name}@sandbox.example`))
  const queue = sandbox.control.records('Group')[0]?.id ?? ''
  const owners = [ada ?? '', left ?? '', queue, '00G000000000999AAA']
  const withTasks = await session.check(intent({ owners, notices: ['task'] }), countedCall())
  expect(withTasks.ownersGone).toEqual([left, '00G000000000999AAA'])
  const unknown = withTasks.warnings.filter(({ code }) => code === 'unknown_owner')
  expect(unknown).toHaveLength(2)
  for (const { hint } of unknown) expect(hint).toContain('or nobody where this is the fallback')
  const forAccounts = await session.check(intent({ owners }), countedCall())
  expect(forAccounts.ownersGone).toEqual([left, queue, '00G000000000999AAA'])
})

test('an org whose leads end by no status that we know is warned of it', async () => {
  const { again } = await readyForAll()
  const codes = async (more: object) =>
    (await (await again(more)).check(intent({ leads: true }), countedCall())).warnings.map(({ code }) => code)
  expect(await codes({})).not.toContain('no_closed_status')
  expect(await codes({ closed_lead_statuses: ['Junk'] })).toContain('no_closed_status')
})
