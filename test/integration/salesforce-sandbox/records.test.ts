import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Asking, ask, DATA, setUp, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
  await setUp(asking)
})
afterEach(() => asking.sandbox.close())

const NO_ASSIGN = { headers: { 'Sforce-Auto-Assign': 'FALSE' } }
const stored = (id: string | undefined, object = 'Account') =>
  asking.sandbox.control.record(object, id ?? '')?.fields

test('a record is created, read, updated and deleted', async () => {
  const accounts = asking.connection.sobject('Account')
  const created = await accounts.create({ Name: 'Acme', BillingCountry: 'DE' })
  expect(created).toMatchObject({ success: true, errors: [] })
  const id = String(created.id)
  expect(id).toHaveLength(18)
  const read = await accounts.retrieve(id)
  expect(read).toMatchObject({ Id: id, Name: 'Acme', BillingCountry: 'DE', IsDeleted: false, Website: null })
  expect(read.attributes).toEqual({ type: 'Account', url: `${DATA}/sobjects/Account/${id}` })
  expect(read.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
  expect(await accounts.update({ Id: id, Name: 'Acme GmbH', BillingCountry: null })).toMatchObject({
    success: true,
  })
  expect(await accounts.retrieve(id.slice(0, 15))).toMatchObject({ Name: 'Acme GmbH', BillingCountry: null })
  expect(await accounts.destroy(id)).toMatchObject({ success: true })
  await expect(accounts.retrieve(id)).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
  await expect(accounts.update({ Id: id, Name: 'Late' })).rejects.toMatchObject({
    errorCode: 'ENTITY_IS_DELETED',
  })
})

test('an upsert creates, then updates by the external id without regard to case', async () => {
  const accounts = asking.connection.sobject('Account')
  const first = await accounts.upsert({ OQL_Domain__c: 'acme.com', Name: 'Acme' }, 'OQL_Domain__c')
  expect(first).toMatchObject({ success: true, created: true })
  const second = await accounts.upsert({ OQL_Domain__c: 'ACME.com', Name: 'Acme 2' }, 'OQL_Domain__c')
  expect(second).toMatchObject({ success: true, created: false, id: first.id })
  expect(asking.sandbox.control.records('Account')).toHaveLength(1)
})

test('a collection of upserts answers each row in its place', async () => {
  const results = await asking.connection
    .sobject('Account')
    .upsert(
      [
        { OQL_Domain__c: 'a.com', Name: 'A' },
        { OQL_Domain__c: 'twice.com', Name: 'B' },
        { OQL_Domain__c: 'TWICE.com', Name: 'C' },
        { OQL_Domain__c: 'd.com', Name: 'D', OQL_Stage__c: 'unheard_of' },
        { OQL_Domain__c: 'e.com' },
        { OQL_Domain__c: 'f.com', Name: 'F'.repeat(256) },
        { OQL_Domain__c: 'g.com', Name: 'G', Nonsense__c: 'x' },
        { OQL_Domain__c: 'h.com', Name: 'H', OwnerId: '0055g00000Lft01' },
      ],
      'OQL_Domain__c',
    )
  expect(
    results.map(row => (row.success ? row.created : Reflect.get(row.errors[0] ?? {}, 'statusCode'))),
  ).toEqual([
    true,
    'DUPLICATE_VALUE',
    'DUPLICATE_VALUE',
    'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
    'REQUIRED_FIELD_MISSING',
    'STRING_TOO_LONG',
    'INVALID_FIELD',
    'INACTIVE_OWNER_OR_USER',
  ])
})

test('a unique value that another record holds is refused, and names it', async () => {
  const { connection, sandbox } = asking
  const holder = sandbox.control.insert('Account', { Name: 'A', OQL_Domain__c: 'a.com' })
  const other = sandbox.control.insert('Account', { Name: 'B' })
  const [row] = await connection.sobject('Account').update([{ Id: other.id, OQL_Domain__c: 'A.COM' }])
  expect(row).toMatchObject({
    success: false,
    errors: [{ statusCode: 'DUPLICATE_VALUE', message: expect.stringContaining(holder.id) }],
  })
})

test('allOrNone undoes what went well', async () => {
  const results = await asking.connection
    .sobject('Account')
    .create([{ Name: 'A' }, { Name: '' }], { allOrNone: true })
  expect(results).toMatchObject([
    { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
    { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
  ])
  expect(asking.sandbox.control.records('Account')).toEqual([])
})

test('a collection takes 200 records, and an upsert one type', async () => {
  const records = Array.from({ length: 201 }, (_, at) => ({
    attributes: { type: 'Account' },
    Name: `A${at}`,
  }))
  const many = await ask(asking, 'POST', `${DATA}/composite/sobjects`, { body: { records } })
  expect(many).toMatchObject({ status: 400, body: [{ errorCode: 'EXCEEDED_ID_LIMIT' }] })
  const mixed = [{ attributes: { type: 'Lead' }, LastName: 'x', Company: 'x', OQL_Domain__c: 'x.com' }]
  const path = `${DATA}/composite/sobjects/Account/OQL_Domain__c`
  expect(await ask(asking, 'PATCH', path, { body: { records: mixed } })).toMatchObject({ status: 400 })
  expect(asking.sandbox.control.records('Lead')).toEqual([])
})

test('a value of the wrong JSON type makes the whole body unreadable', async () => {
  const records = [
    { attributes: { type: 'Account' }, Name: 'A' },
    { attributes: { type: 'Account' }, Name: 5 },
  ]
  const answer = await ask(asking, 'POST', `${DATA}/composite/sobjects`, { body: { records } })
  expect(answer).toMatchObject({ status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR' }] })
  expect(asking.sandbox.control.records('Account')).toEqual([])
})

test('ids that never were, of another object, or no ids are told apart', async () => {
  const contact = asking.sandbox.control.insert('Contact', { LastName: 'L' })
  const results = await asking.connection.sobject('Account').update([
    { Id: '0015g00000ZZZZZ', Name: 'A' },
    { Id: contact.id, Name: 'A' },
    { Id: 'nonsense', Name: 'A' },
  ])
  expect(results).toMatchObject([
    { errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
    { errors: [{ statusCode: 'MALFORMED_ID' }] },
    { errors: [{ statusCode: 'MALFORMED_ID' }] },
  ])
})

test('owners move to the assignment rule unless it is told not to', async () => {
  const { connection, sandbox } = asking
  const accounts = connection.sobject('Account')
  const mine = sandbox.control.insert('Account', { Name: 'Mine', OwnerId: '0055g00000Ada01' })
  await accounts.update([{ Id: mine.id, Industry: 'Energy' }], NO_ASSIGN)
  expect(stored(mine.id)?.OwnerId).toMatch(/^0055g00000Ada01/)
  await accounts.update([{ Id: mine.id, Industry: 'Banking' }])
  expect(stored(mine.id)?.OwnerId).toMatch(/^0055g00000Rul01/)
})

test('duplicate rules: an alert lets pass who says so, a block nobody', async () => {
  const { connection, sandbox } = asking
  sandbox.control.insert('Account', { Name: 'Acme' })
  sandbox.control.duplicateRule({ object: 'Account', fields: ['Name'], action: 'alert' })
  const create = async (headers: Record<string, string> = {}) => {
    const [row] = await connection.sobject('Account').create([{ Name: 'ACME' }], { headers })
    return row?.success === true || Reflect.get(row?.errors[0] ?? {}, 'statusCode')
  }
  const allow = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' }
  expect(await create()).toBe('DUPLICATES_DETECTED')
  expect(await create(allow)).toBe(true)
  sandbox.control.duplicateRule({ object: 'Account', fields: ['Name'], action: 'block' })
  expect(await create(allow)).toBe('DUPLICATES_DETECTED')
})

test('a converted lead is refused inside a 200, and tells its account', async () => {
  const { connection, sandbox } = asking
  const lead = sandbox.control.insert('Lead', { LastName: 'Doe', Company: 'Acme', OQL_Domain__c: 'acme.com' })
  const accountId = sandbox.control.convertLead(lead.id)
  const [row] = await connection.sobject('Lead').update([{ Id: lead.id, Rating: 'Hot' }])
  expect(row).toMatchObject({ success: false, errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }] })
  const { records } = await connection.query('SELECT ConvertedAccountId FROM Lead WHERE IsConverted = true')
  expect(records).toMatchObject([{ ConvertedAccountId: accountId }])
})

test('a lead needs a last name and a company', async () => {
  await expect(asking.connection.sobject('Lead').create({ FirstName: 'Jo' })).rejects.toMatchObject({
    errorCode: 'REQUIRED_FIELD_MISSING',
    data: { fields: ['LastName', 'Company'] },
  })
})

test('a merged account is deleted and tells its survivor', async () => {
  const { connection, sandbox } = asking
  const [kept, gone] = sandbox.control.insertMany('Account', [{ Name: 'Kept' }, { Name: 'Gone' }])
  const contact = sandbox.control.insert('Contact', { LastName: 'L', AccountId: gone?.id ?? '' })
  sandbox.control.merge('Account', kept?.id ?? '', gone?.id ?? '')
  const soql = `SELECT Id, IsDeleted, MasterRecordId FROM Account WHERE Id = '${gone?.id}'`
  expect((await connection.query(soql)).records).toEqual([])
  expect((await connection.query(soql, { scanAll: true })).records).toMatchObject([
    { IsDeleted: true, MasterRecordId: kept?.id },
  ])
  expect(stored(contact.id, 'Contact')?.AccountId).toBe(kept?.id)
  const [row] = await connection.sobject('Account').update([{ Id: gone?.id ?? '', Name: 'x' }])
  expect(row).toMatchObject({ success: false, errors: [{ statusCode: 'ENTITY_IS_DELETED' }] })
})

test('a locked record refuses as often as it is told', async () => {
  const { connection, sandbox } = asking
  const account = sandbox.control.insert('Account', { Name: 'A' })
  sandbox.control.lock(account.id)
  const update = async () => (await connection.sobject('Account').update([{ Id: account.id, Name: 'B' }]))[0]
  expect(await update()).toMatchObject({ success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] })
  expect(await update()).toMatchObject({ success: true })
})

test('a validation rule refuses its record and no other', async () => {
  asking.sandbox.control.poison(({ object, fields }) => object === 'Account' && fields.Name === 'Bad')
  const results = await asking.connection.sobject('Account').create([{ Name: 'Bad' }, { Name: 'Good' }])
  expect(results).toMatchObject([
    { success: false, errors: [{ statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }] },
    { success: true },
  ])
})

test('a field that an administrator hid is not there, one made read-only is refused', async () => {
  const { connection, sandbox } = asking
  const update = async () => {
    const [row] = await connection.sobject('Account').create([{ Name: 'A', Industry: 'Energy' }])
    return row?.success === true || Reflect.get(row?.errors[0] ?? {}, 'statusCode')
  }
  sandbox.control.fieldAccess('Account', 'Industry', { read: true, edit: false })
  expect(await update()).toBe('INVALID_FIELD_FOR_INSERT_UPDATE')
  sandbox.control.fieldAccess('Account', 'Industry', { read: false, edit: false })
  expect(await update()).toBe('INVALID_FIELD')
  sandbox.control.fieldAccess('Account', 'Industry', null)
  expect(await update()).toBe(true)
})

test('records are read by id in the order asked for, null where there is none', async () => {
  const { connection, sandbox } = asking
  const [a, b] = sandbox.control.insertMany('Account', [{ Name: 'A' }, { Name: 'B' }])
  const ids = [b?.id ?? '', '0015g00000ZZZZZ', a?.id ?? '']
  const { body } = await ask(asking, 'POST', `${DATA}/composite/sobjects/Account`, {
    body: { ids, fields: ['Name'] },
  })
  expect(body).toMatchObject([{ Name: 'B' }, null, { Name: 'A' }])
  expect(sandbox.control.counters().byCall[`POST ${DATA}/composite/sobjects/Account`]).toBe(1)
  expect(await connection.sobject('Account').retrieve(ids.slice(0, 1), { fields: ['Name'] })).toMatchObject([
    { Name: 'B' },
  ])
})

test('a task carries who and what it is about', async () => {
  const { connection, sandbox } = asking
  const account = sandbox.control.insert('Account', { Name: 'A' })
  const task = { Subject: 'Call', WhatId: account.id, ActivityDate: '2026-12-01', OwnerId: '0055g00000Ada01' }
  const made = await connection.sobject('Task').create(task)
  expect(stored(made.id, 'Task')).toMatchObject({
    ...task,
    OwnerId: expect.stringMatching(/^0055g00000Ada01/),
    Status: 'Not Started',
    Priority: 'Normal',
    IsClosed: false,
  })
  const wrong = connection.sobject('Task').create({ ...task, WhatId: '0055g00000Ada01' })
  await expect(wrong).rejects.toMatchObject({ errorCode: 'FIELD_INTEGRITY_EXCEPTION' })
})

test('composite calls refer to the answers before them', async () => {
  const compositeRequest = [
    { method: 'POST', url: `${DATA}/sobjects/Account`, referenceId: 'account', body: { Name: 'A' } },
    {
      method: 'POST',
      url: `${DATA}/sobjects/Contact`,
      referenceId: 'contact',
      body: { LastName: 'L', AccountId: '@{account.id}' },
    },
    { method: 'GET', url: `${DATA}/sobjects/Account/@{account.id}?fields=Name`, referenceId: 'read' },
  ]
  const { body } = await ask(asking, 'POST', `${DATA}/composite`, { body: { compositeRequest } })
  expect(body).toMatchObject({
    compositeResponse: [
      { httpStatusCode: 201 },
      { httpStatusCode: 201 },
      { httpStatusCode: 200, body: { Name: 'A' } },
    ],
  })
})

test('a Person Account has no name to write', async () => {
  const persons = await start({ personAccounts: true })
  try {
    const person = persons.sandbox.control.insert('Account', { FirstName: 'Jo', LastName: 'Doe' })
    expect(person.fields).toMatchObject({ Name: 'Jo Doe', IsPersonAccount: true })
    const [row] = await persons.connection.sobject('Account').update([{ Id: person.id, Name: 'Other' }])
    expect(row).toMatchObject({ success: false, errors: [{ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }] })
  } finally {
    await persons.sandbox.close()
  }
})
