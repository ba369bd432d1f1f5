import { expect, test } from 'vitest'
import type { Intent } from '../../../src/contract/index.ts'
import { countedCall, ready, world } from './world.ts'

const intent = (more: Partial<Intent> = {}): Intent => ({
  object: 'Account',
  creates: true,
  fields: ['Name', 'Website'],
  owners: [],
  ...more,
})

test('who we are is told, and nothing is lacking once the layout shows the stage', async () => {
  const { session, sandbox } = await ready()
  const before = await session.check(intent(), countedCall())
  expect(before.identity).toMatch(/^Salesforce org .+ \(00D\w+, .+\), user integration@sandbox\.example$/)
  expect(before.problems).toEqual([])
  expect(before.warnings.map(({ code }) => code)).toEqual(['not_on_layout'])
  sandbox.control.putOnLayout('Account', 'OQL_Stage__c')
  const call = countedCall()
  expect(await session.check(intent(), call)).toMatchObject({ problems: [], warnings: [] })
  expect(call.sent).not.toContain('write')
})

test('owners who left, who never were, and calls that run out are warnings', async () => {
  const { session, sandbox } = await world()
  sandbox.control.useCalls(99_000)
  const users = sandbox.control.records('User')
  const byName = (name: string) => users.find(({ fields }) => fields.Username === name)?.id ?? ''
  const owners = [byName('ada@sandbox.example'), byName('left@sandbox.example'), '005000000000999AAA', 'Ada']
  const { problems, warnings } = await session.check(intent({ owners }), countedCall())
  expect(problems).toEqual([])
  expect(warnings.map(({ code }) => code)).toEqual([
    'few_calls_left',
    'unknown_owner',
    'unknown_owner',
    'unknown_owner',
  ])
  expect(warnings[1]?.message).toContain('deactivated')
})

test('a new lead needs what nobody gives: named for the object that is created', async () => {
  const { session } = await world()
  const { problems } = await session.check(intent({ createsAs: 'Lead', fields: [] }), countedCall())
  expect(problems.filter(({ code }) => code === 'required_field')).toEqual([])
  const unknown = await session.check(intent({ object: 'Contact' }), countedCall())
  expect(unknown.problems.map(({ code }) => code)).toEqual(['unknown_object'])
})
