import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Asking, assign, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
  const { connection } = asking
  await connection.metadata.create('CustomObject', {
    fullName: 'UpsertTable__c',
    label: 'Upsert table',
    pluralLabel: 'Upsert tables',
    nameField: { type: 'Text', label: 'Name' },
    deploymentStatus: 'Deployed',
    sharingModel: 'ReadWrite',
    fields: [{ fullName: 'ExtId__c', label: 'Key', type: 'Text', length: 80, externalId: true }],
  })
  const fieldPermissions = [{ field: 'UpsertTable__c.ExtId__c', readable: true, editable: true }]
  await connection.metadata.create('PermissionSet', {
    fullName: 'Upserts',
    label: 'Upserts',
    fieldPermissions,
  })
  await assign(connection, 'Upserts')
})
afterEach(() => asking.sandbox.close())

test('a custom object takes upserts by its key, and answers 300 where several records have it', async () => {
  const table = asking.connection.sobject('UpsertTable__c')
  const made = await table.upsert({ Name: 'New', ExtId__c: 'k1' }, 'ExtId__c')
  expect(made).toMatchObject({ success: true, created: true })
  expect(await table.upsert({ Name: 'Newer', ExtId__c: 'k1' }, 'ExtId__c')).toMatchObject({
    id: made.id,
    created: false,
  })
  expect(await table.retrieve(made.id ?? '')).toMatchObject({ Name: 'Newer', ExtId__c: 'k1' })
  await table.create({ Name: 'Twin', ExtId__c: 'k1' })
  await expect(table.upsert({ Name: 'x', ExtId__c: 'k1' }, 'ExtId__c')).rejects.toMatchObject({
    name: 'MULTIPLE_CHOICES',
  })
  const [row] = await table.upsert([{ Name: 'x', ExtId__c: 'k1' }], 'ExtId__c')
  expect(row).toMatchObject({ success: false, errors: [{ statusCode: 'DUPLICATE_EXTERNAL_ID' }] })
})

test("jsforce's query builder finds, sorts and counts", async () => {
  asking.sandbox.control.insertMany(
    'UpsertTable__c',
    ['b', 'a', 'c'].map(Name => ({ Name, ExtId__c: Name })),
  )
  const table = asking.connection.sobject('UpsertTable__c')
  expect(await table.find({ Name: { $in: ['a', 'b'] } }, ['Name']).sort({ Name: 1 })).toMatchObject([
    { Name: 'a' },
    { Name: 'b' },
  ])
  expect(await table.count({ Name: { $ne: 'a' } })).toBe(2)
  const { sobjects } = await asking.connection.describeGlobal()
  expect(sobjects.map(({ name }) => name)).toContain('UpsertTable__c')
})
