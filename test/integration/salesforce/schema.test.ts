import { expect, test } from 'vitest'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { countedCall, WANTED, world } from './world.ts'

const KEY = 'OQL_Domain__c'

test('the schema is made with the rights to use it: described as writable, of the types that were asked for', async () => {
  const { session } = await world()
  const steps = await session.ensureSchema('Account', WANTED, countedCall())
  expect(steps.filter(({ action }) => action === 'create_field').map(({ name }) => name)).toEqual([
    KEY,
    ...WANTED.map(({ name }) => name),
  ])
  expect(steps.filter(({ action }) => action === 'grant_access').map(({ name }) => name)).toEqual([
    'OQL_Sync',
    'OQL_Sync_Viewer',
    'OQL_Sync',
  ])
  expect(steps.every(({ done }) => done)).toBe(true)
  const fields = new Map((await session.describe('Account', countedCall())).map(field => [field.name, field]))
  expect(fields.get(KEY)).toMatchObject({ type: 'text', maxLength: 255, unique: true, writable: true })
  for (const { name, type } of WANTED)
    expect(fields.get(name)).toMatchObject({ type, writable: true, unique: false })
  expect(fields.get('OQL_Stage__c')?.options).toEqual(WANTED[0]?.options?.map(({ value }) => value))
})

test('twice changes nothing, for both objects', async () => {
  const { session, again, sandbox } = await world()
  for (const object of ['Account', 'Lead']) await session.ensureSchema(object, WANTED, countedCall())
  const before = sandbox.control.records('PermissionSetAssignment')
  const later = await again()
  for (const object of ['Account', 'Lead']) {
    const call = countedCall()
    expect(await later.ensureSchema(object, WANTED, call)).toEqual([])
    expect(call.sent).not.toContain('write')
  }
  expect(sandbox.control.records('PermissionSetAssignment')).toEqual(before)
})

test('a dry run says the same and writes nothing', async () => {
  const { session } = await world()
  const call = countedCall({ dryRun: true })
  const planned = await session.ensureSchema('Account', WANTED, call)
  expect(call.sent).not.toContain('write')
  expect(planned.some(({ done }) => done)).toBe(false)
  const taken = await session.ensureSchema('Account', WANTED, countedCall())
  expect(taken).toEqual(planned.map(step => ({ ...step, done: true })))
})

test('a picklist gets the values that it lacks and keeps those of others', async () => {
  const { session, again } = await world()
  const [stage] = WANTED
  if (stage === undefined) throw new Error('no stage')
  const options = [
    { value: 'theirs', label: 'Theirs' },
    { value: 'interest', label: 'Interest' },
  ]
  await session.ensureSchema('Account', [{ ...stage, options }], countedCall())
  const steps = await session.ensureSchema('Account', [stage], countedCall())
  expect(steps).toMatchObject([{ action: 'add_options', name: 'OQL_Stage__c', done: true }])
  const fields = await (await again()).describe('Account', countedCall())
  expect(fields.find(({ name }) => name === 'OQL_Stage__c')?.options).toEqual([
    'theirs',
    'interest',
    'investigation',
    'experimentation',
    'ongoing_usage',
    'inactive',
  ])
})

test('what stands in the way is a conflict, and keeps nothing else from being made', async () => {
  const { session } = await world()
  const asText: FieldSpec = { name: 'OQL_Score__c', label: 'Score', description: '', type: 'text' }
  await session.ensureSchema('Account', [asText], countedCall())
  const wanted: FieldSpec[] = [
    { ...asText, type: 'number', scale: 2 },
    { ...asText, name: 'OQL__Bad__c' },
    { ...asText, name: 'Nickname' },
    { ...asText, name: 'OQL_Good__c' },
  ]
  const steps = await session.ensureSchema('Account', wanted, countedCall())
  expect(steps.map(({ action, name, done }) => [action, name, done])).toEqual([
    ['conflict', 'OQL_Score__c', false],
    ['conflict', 'OQL__Bad__c', false],
    ['conflict', 'Nickname', false],
    ['create_field', 'OQL_Good__c', true],
    ['grant_access', 'OQL_Sync', true],
    ['grant_access', 'OQL_Sync_Viewer', true],
  ])
  expect(steps[0]?.detail).toMatch(/is Text in Salesforce, and number is needed/)
})

test('a field that is there and hidden from us is granted, not made again', async () => {
  const { session, again, sandbox } = await world()
  await session.ensureSchema('Account', WANTED, countedCall())
  for (const { id } of sandbox.control.records('PermissionSetAssignment')) {
    sandbox.control.delete('PermissionSetAssignment', id)
  }
  const later = await again()
  const names = async () => (await later.describe('Account', countedCall())).map(({ name }) => name)
  expect(await names()).not.toContain('OQL_Stage__c')
  const steps = await later.ensureSchema('Account', WANTED, countedCall())
  expect(steps.map(({ action, detail }) => [action, detail])).toEqual([
    ['grant_access', expect.stringContaining('assigned')],
  ])
  expect(await names()).toContain('OQL_Stage__c')
})

test('what matching reads and the user does not see is granted too', async () => {
  const { session, sandbox } = await world()
  sandbox.control.fieldAccess('Account', 'Website', { read: false, edit: false })
  const steps = await session.ensureSchema('Account', WANTED, countedCall())
  expect(steps.find(({ name }) => name === 'OQL_Sync')?.detail).toMatch(/Account\.Website$/)
  const granted = sandbox.control.records('FieldPermissions').map(({ fields }) => fields)
  const website = granted.filter(({ Field }) => Field === 'Account.Website')
  expect(website).toMatchObject([{ PermissionsRead: true, PermissionsEdit: true }])
})

test('a user without the right to make fields hears so, and nothing is made', async () => {
  const { session } = await world({ runAs: 'ada@sandbox.example' })
  const made = session.ensureSchema('Account', WANTED, countedCall())
  await expect(made).rejects.toMatchObject({ failure: { kind: 'forbidden', code: 'INSUFFICIENT_ACCESS' } })
})
