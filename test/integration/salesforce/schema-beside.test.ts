import { expect, test } from 'vitest'
import { NOTICE_FIELDS } from './beside.ts'
import { countedCall, world } from './world.ts'

const EVENT = 'OQL_Stage_Change__e'
const fieldsOf = (object: string) => NOTICE_FIELDS[object] ?? []

test('the platform event is not there, then made with its fields and the right to publish it, and then left', async () => {
  const { session, again, sandbox } = await world()
  expect(await session.describe(EVENT, countedCall())).toEqual([])
  const dry = countedCall({ dryRun: true })
  const planned = await session.ensureSchema(EVENT, fieldsOf(EVENT), dry)
  expect(dry.sent).not.toContain('write')
  const steps = await session.ensureSchema(EVENT, fieldsOf(EVENT), countedCall())
  expect(steps).toEqual(planned.map(step => ({ ...step, done: true })))
  expect(steps.map(({ action, name }) => [action, name])).toEqual([
    ['create_object', EVENT],
    ...['Notice_Id__c', 'Domain__c', 'From__c', 'To__c', 'Direction__c', 'Score__c', 'Reason__c'].map(
      name => ['create_field', name],
    ),
    ['grant_access', 'OQL_Sync'],
    ['grant_access', 'OQL_Sync'],
  ])
  const made = new Map((await session.describe(EVENT, countedCall())).map(field => [field.name, field]))
  expect(made.get('Reason__c')).toMatchObject({ type: 'text', maxLength: 255, writable: true })
  expect(made.get('Score__c')).toMatchObject({ type: 'number', writable: true })
  expect(sandbox.control.records('ObjectPermissions').map(({ fields }) => fields)).toMatchObject([
    { SobjectType: EVENT, PermissionsRead: true, PermissionsCreate: true, PermissionsEdit: false },
  ])
  const call = countedCall()
  expect(await (await again()).ensureSchema(EVENT, fieldsOf(EVENT), call)).toEqual([])
  expect(call.sent).not.toContain('write')
})

test('an event that lacks a field gets that field', async () => {
  const { session } = await world()
  await session.ensureSchema(EVENT, fieldsOf(EVENT).slice(0, 2), countedCall())
  const steps = await session.ensureSchema(EVENT, fieldsOf(EVENT), countedCall())
  expect(steps.map(({ action }) => action)).toEqual(Array.from({ length: 5 }, () => 'create_field'))
})

test('a user who may not look at metadata hears so, and nothing is tried', async () => {
  const { session, sandbox } = await world({ runAs: 'ada@sandbox.example' })
  await expect(session.ensureSchema(EVENT, fieldsOf(EVENT), countedCall())).rejects.toMatchObject({
    failure: { kind: 'forbidden' },
  })
  expect(sandbox.control.counters().write).toBe(0)
})

test('the notice’s id on tasks is a plain field of Activity, granted for Task and Event alike', async () => {
  const { session, again, sandbox } = await world()
  // However it is asked for: Activity takes no unique field.
  const wanted = fieldsOf('Task').map(spec => ({ ...spec, unique: true }))
  const steps = await session.ensureSchema('Task', wanted, countedCall())
  expect(steps.map(({ action, name, done }) => [action, name, done])).toEqual([
    ['create_field', 'OQL_Notice_Id__c', true],
    ['grant_access', 'OQL_Sync', true],
    ['grant_access', 'OQL_Sync', true],
  ])
  expect(steps[1]?.detail).toContain('Task.OQL_Notice_Id__c, Event.OQL_Notice_Id__c')
  const fields = await session.describe('Task', countedCall())
  expect(fields.find(({ name }) => name === 'OQL_Notice_Id__c')).toMatchObject({
    type: 'text',
    writable: true,
    unique: false,
  })
  expect(await (await again()).ensureSchema('Task', wanted, countedCall())).toEqual([])
  expect(sandbox.control.records('PermissionSet').map(({ fields: { Name } }) => Name)).toEqual(['OQL_Sync'])
})

test('a permission set keeps what it grants when tasks, contacts and the event come to it', async () => {
  const { session, sandbox } = await world()
  for (const [object, wanted] of [
    ['Account', []],
    ['Contact', []],
    ...Object.entries(NOTICE_FIELDS),
  ] as const) {
    const steps = await session.ensureSchema(object, wanted, countedCall())
    expect(steps.filter(({ done }) => !done)).toEqual([])
  }
  const granted = (object: string, field: string) =>
    sandbox.control.records(object).map(({ fields }) => fields[field])
  expect(granted('ObjectPermissions', 'SobjectType')).toEqual(['Account', 'Contact', EVENT])
  expect(granted('FieldPermissions', 'Field').sort()).toEqual([
    'Account.OQL_Domain__c',
    'Account.OQL_Domain__c',
    'Task.OQL_Notice_Id__c',
  ])
  expect(granted('PermissionSet', 'PermissionsEditTask')).toEqual([true, false])
})
