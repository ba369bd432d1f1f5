import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Asking, ask, DATA, keyField, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
})
afterEach(() => asking.sandbox.close())

const textField = (fullName: string, more: object = {}) => ({
  fullName,
  label: 'Text',
  type: 'Text',
  length: 255,
  ...more,
})

async function makeEvent(): Promise<void> {
  await asking.connection.metadata.create('CustomObject', {
    fullName: 'Ping__e',
    label: 'Ping',
    pluralLabel: 'Pings',
    deploymentStatus: 'Deployed',
    eventType: 'HighVolume',
    fields: [textField('Name__c')],
  })
}

const grant = async (parts: object) =>
  asking.connection.metadata.upsert('PermissionSet', { fullName: 'Set', label: 'Set', ...parts })

const open = { readable: true, editable: true }

const refusal = async (what: Promise<unknown>) => {
  const result = await what
  return JSON.stringify(result).match(/"statusCode":"(\w+)"/)?.[1] ?? 'taken'
}

test('a field of Activity is granted to Task and Event together, or to neither', async () => {
  const { connection, sandbox } = asking
  await connection.metadata.upsert('CustomField', [textField('Activity.Mark__c')])
  const names = () => sandbox.control.records('FieldPermissions').map(({ fields }) => fields.Field)
  await grant({ fieldPermissions: [{ field: 'Task.Mark__c', ...open }] })
  expect(names()).toEqual([])
  const both = ['Task.Mark__c', 'Event.Mark__c'].map(field => ({ field, ...open }))
  await grant({ fieldPermissions: both })
  expect(names()).toEqual(['Task.Mark__c'])
  expect(await connection.metadata.read('PermissionSet', 'Set')).toMatchObject({ fieldPermissions: both })
  expect(await refusal(grant({ fieldPermissions: [{ field: 'Activity.Mark__c', ...open }] }))).toBe(
    'INVALID_CROSS_REFERENCE_KEY',
  )
})

test('tasks have no rights as an object, and an event none but to be read and made', async () => {
  await makeEvent()
  const rights = { allowRead: true, allowCreate: true, allowEdit: true, allowDelete: false }
  const whole = { ...rights, viewAllRecords: false, modifyAllRecords: false }
  expect(await refusal(grant({ objectPermissions: [{ object: 'Task', ...whole }] }))).toBe(
    'INVALID_CROSS_REFERENCE_KEY',
  )
  expect(await refusal(grant({ objectPermissions: [{ object: 'Ping__e', ...whole }] }))).toBe(
    'FIELD_INTEGRITY_EXCEPTION',
  )
  const less = { ...whole, allowEdit: false }
  expect(await refusal(grant({ objectPermissions: [{ object: 'Ping__e', ...less }] }))).toBe('taken')
  expect(await refusal(grant({ fieldPermissions: [{ field: 'Ping__e.Name__c', ...open }] }))).toBe(
    'INVALID_CROSS_REFERENCE_KEY',
  )
})

test('an event takes no key and no picklist, and is described as made and never changed', async () => {
  const { connection } = asking
  await makeEvent()
  const picklist = {
    fullName: 'Ping__e.Pick__c',
    label: 'P',
    type: 'Picklist',
    valueSet: { restricted: true },
  }
  const results = await connection.metadata.upsert('CustomField', [
    { ...keyField('Ping__e') },
    picklist,
    textField('Ping__e.Note__c'),
  ])
  expect(results.map(({ success }) => success)).toEqual([false, false, true])
  const { fields } = await connection.describe('Ping__e')
  const own = fields.filter(({ custom }) => custom)
  expect(own.map(({ name, createable, updateable }) => [name, createable, updateable])).toEqual([
    ['Name__c', true, false],
    ['Note__c', true, false],
  ])
})

test('a collection publishes events, each with its own answer', async () => {
  await makeEvent()
  const attributes = { type: 'Ping__e' }
  const records = [
    { attributes, Name__c: 'a' },
    { attributes, Nonsense__c: 'b' },
    { attributes, Name__c: 'c' },
  ]
  const { body } = await ask(asking, 'POST', `${DATA}/composite/sobjects`, { body: { records } })
  expect(body).toMatchObject([
    { success: true, errors: [{ statusCode: 'OPERATION_ENQUEUED' }] },
    { success: false, errors: [{ statusCode: 'INVALID_FIELD' }] },
    { success: true },
  ])
  expect(asking.sandbox.control.events('Ping__e').map(({ fields }) => fields.Name__c)).toEqual(['a', 'c'])
})

test('leads and tasks may wait in a queue, accounts may not', async () => {
  const { connection, sandbox } = asking
  const OwnerId = sandbox.control.records('Group')[0]?.id ?? ''
  const lead = { LastName: 'Doe', Company: 'Acme', OwnerId }
  expect(await connection.sobject('Lead').create([lead])).toMatchObject([{ success: true }])
  expect(await connection.sobject('Task').create([{ Subject: 'Call', OwnerId }])).toMatchObject([
    { success: true },
  ])
  expect(await connection.sobject('Account').create([{ Name: 'Acme', OwnerId }])).toMatchObject([
    { success: false, errors: [{ statusCode: 'FIELD_INTEGRITY_EXCEPTION' }] },
  ])
  const { records } = await connection.query('SELECT Owner.Name FROM Task')
  expect(records).toMatchObject([{ Owner: { Name: 'Inbound' } }])
})

test('a converted lead takes no tasks, and those that it had are its account’s', async () => {
  const { connection, sandbox } = asking
  const { id: WhoId } = sandbox.control.insert('Lead', { LastName: 'Doe', Company: 'Acme' })
  await connection.sobject('Task').create([{ Subject: 'Call', WhoId }])
  const account = sandbox.control.convertLead(WhoId)
  expect(sandbox.control.records('Task')[0]?.fields).toMatchObject({ WhoId: null, WhatId: account })
  expect(await connection.sobject('Task').create([{ Subject: 'Call', WhoId }])).toMatchObject([
    { success: false, errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD', fields: ['WhoId'] }] },
  ])
})

test('another process seeds, closes, deactivates and looks over HTTP', async () => {
  const { url, control } = asking.sandbox
  const send = async (method: string, path: string, body?: object) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return (await fetch(`${url}/__sandbox${path}`, init)).json()
  }
  const made = await send('POST', '/records/Lead', { records: [{ Company: 'Acme', LastName: 'Doe' }] })
  const [id] = Reflect.get(Object(made), 'ids')
  await send('PATCH', `/records/Lead/${id}`, { Status: 'Closed - Not Converted' })
  expect(control.record('Lead', id)?.fields.Status).toBe('Closed - Not Converted')
  const [user] = control.records('User')
  await send('PATCH', `/records/User/${user?.id}`, { IsActive: false })
  const lead = { LastName: 'Roe', Company: 'Acme', OwnerId: user?.id ?? '' }
  expect(await asking.connection.sobject('Lead').create([lead])).toMatchObject([
    { success: false, errors: [{ statusCode: 'INACTIVE_OWNER_OR_USER' }] },
  ])
  await makeEvent()
  await asking.connection.sobject('Ping__e').create({ Name__c: 'a' })
  expect(await send('GET', '/events?object=Ping__e')).toMatchObject({
    results: [{ fields: { Name__c: 'a' } }],
  })
})
