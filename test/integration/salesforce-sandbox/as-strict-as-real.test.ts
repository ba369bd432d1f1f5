import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Asking, ask, assign, DATA, setUp, start } from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
})
afterEach(() => asking.sandbox.close())

const get = (path: string) => ask(asking, 'GET', path)

describe('over the wire', () => {
  test('a path may end with a slash, and counts as the same call', async () => {
    const { control } = asking.sandbox
    const { id } = control.insert('Account', { Name: 'Acme' })
    control.resetCounters()
    for (const path of [
      '/sobjects/Account',
      '/sobjects/Account/describe',
      `/sobjects/Account/${id}`,
      '/sobjects',
    ]) {
      expect((await get(`${DATA}${path}/`)).body, path).toEqual((await get(`${DATA}${path}`)).body)
    }
    expect((await get(`${DATA}/query/?q=SELECT+Id+FROM+Account`)).body).toMatchObject({ totalSize: 1 })
    const soap = await fetch(`${asking.sandbox.url}/services/Soap/m/68.0/00D5g00000SbxOrEAJ`, {
      method: 'POST',
    })
    expect(await soap.text()).toContain('XML_PARSER_ERROR')
    const made = await ask(asking, 'POST', `${DATA}/sobjects/Account/`, { body: { Name: 'Other' } })
    expect(made.status).toBe(201)
    expect(control.counters().byCall).toMatchObject({
      [`GET ${DATA}/sobjects`]: 2,
      [`POST ${DATA}/sobjects/Account`]: 1,
    })
  })

  test.each([
    [30, 410, 'GONE'],
    [21, 410, 'GONE'],
    [69, 404, 'NOT_FOUND'],
  ])('version %i is answered %i', async (version, status, errorCode) => {
    const answer = await get(`/services/data/v${version}.0/limits`)
    expect(answer).toMatchObject({ status, body: [{ errorCode }] })
  })

  test('the newest version is 68.0, and it serves', async () => {
    const { body } = await get('/services/data')
    expect(body).toMatchObject(Array.from({ length: 38 }, (_, at) => ({ version: `${31 + at}.0` })))
    expect((await get('/services/data/v68.0/limits')).status).toBe(200)
  })
})

test.each([false, true])(
  'every row of an upsert says whether it made a record or would have, one that failed too; allOrNone: %s',
  async allOrNone => {
    await setUp(asking)
    asking.sandbox.control.insert('Account', { Name: 'There', OQL_Domain__c: 'there.com' })
    const bad = 'x'.repeat(256)
    const records = [
      { attributes: { type: 'Account' }, OQL_Domain__c: 'a.com', Name: 'A' },
      { attributes: { type: 'Account' }, OQL_Domain__c: 'b.com', Name: bad },
      { attributes: { type: 'Account' }, OQL_Domain__c: 'there.com', Name: bad },
    ]
    const path = `${DATA}/composite/sobjects/Account/OQL_Domain__c`
    const { body } = await ask(asking, 'PATCH', path, { body: { allOrNone, records } })
    expect(body).toMatchObject([
      { success: !allOrNone, created: true },
      { success: false, created: true },
      { success: false, created: false },
    ])
  },
)

describe('bulk jobs', () => {
  async function finished(job: object, csv: string) {
    const { body } = await ask(asking, 'POST', `${DATA}/jobs/ingest`, { body: { lineEnding: 'LF', ...job } })
    const path = `${DATA}/jobs/ingest/${Reflect.get(Object(body), 'id')}`
    await fetch(`${asking.sandbox.url}${path}/batches`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${asking.connection.accessToken}`, 'content-type': 'text/csv' },
      body: csv,
    })
    await ask(asking, 'PATCH', path, { body: { state: 'UploadComplete' } })
    for (let poll = 0; poll < 2; poll++) await get(path)
    return { info: (await get(path)).body, failed: (await get(`${path}/failedResults`)).text }
  }

  test.each([
    ['insert', 'Name\n'],
    ['update', 'Id,Name\n'],
    ['delete', 'Id\n'],
    ['delete', 'Id'],
    ['delete', ''],
    ['update', 'Name\n'],
  ])('one that only %ss a header completes with nothing', async (operation, csv) => {
    const { info } = await finished({ object: 'Account', operation }, csv)
    expect(info).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 0,
      numberRecordsFailed: 0,
    })
  })

  test('a failed row carries the id of its record where there is one', async () => {
    await setUp(asking)
    const { id } = asking.sandbox.control.insert('Account', { Name: 'A', OQL_Domain__c: 'a.com' })
    const long = 'x'.repeat(256)
    const updated = await finished({ object: 'Account', operation: 'update' }, `Id,Name\n${id},${long}\n`)
    expect(updated.failed.split('\n')[1]).toMatch(new RegExp(`^"${id}","STRING_TOO_LONG:`))
    const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'OQL_Domain__c' }
    const upserted = await finished(upsert, `OQL_Domain__c,Name\na.com,${long}\nnew.com,${long}\n`)
    expect(upserted.failed.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(new RegExp(`^"${id}","STRING_TOO_LONG:`)),
      expect.stringMatching(/^(?:"")?,"STRING_TOO_LONG:/),
    ])
  })

  test.each([
    'SELECT COUNT() FROM Account',
    'SELECT Type, COUNT(Id) FROM Account GROUP BY Type',
    'SELECT Id FROM Account LIMIT 5 OFFSET 5',
    'SELECT Id, BillingAddress FROM Account',
    'SELECT Id, (SELECT Id FROM Contacts) FROM Account',
  ])('a query job takes no %s', async query => {
    const body = { operation: 'query', query }
    expect(await ask(asking, 'POST', `${DATA}/jobs/query`, { body })).toMatchObject({ status: 400 })
    expect((await get(`${DATA}/query?q=${encodeURIComponent(query)}`)).status).toBe(200)
  })
})

describe('a composite', () => {
  const post = (name: string, body: object) => ({
    method: 'POST',
    url: `${DATA}/sobjects/Account`,
    referenceId: name,
    body,
  })
  const send = (allOrNone: boolean, ...compositeRequest: object[]) =>
    ask(asking, 'POST', `${DATA}/composite`, { body: { allOrNone, compositeRequest } })
  const accounts = () => asking.sandbox.control.records('Account').map(({ fields }) => fields.Name)

  test('that is all or none keeps all', async () => {
    const child = { Name: 'Child', ParentId: '@{parent.id}' }
    const { body } = await send(true, post('parent', { Name: 'Parent' }), post('child', child))
    expect(body).toMatchObject({ compositeResponse: [{ httpStatusCode: 201 }, { httpStatusCode: 201 }] })
    expect(accounts()).toEqual(['Parent', 'Child'])
  })

  test('that is all or none keeps none where one fails, and says which', async () => {
    const { status, body } = await send(
      true,
      post('a', { Name: 'A' }),
      post('b', {}),
      post('c', { Name: 'C' }),
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      compositeResponse: [
        { referenceId: 'a', httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { referenceId: 'b', httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
        { referenceId: 'c', httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
      ],
    })
    expect(accounts()).toEqual([])
  })

  test('otherwise halts only what refers to the one that failed', async () => {
    const child = { Name: 'Child', ParentId: '@{bad.id}' }
    const { body } = await send(false, post('bad', {}), post('child', child), post('c', { Name: 'C' }))
    expect(body).toMatchObject({
      compositeResponse: [
        { httpStatusCode: 400 },
        { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
        { httpStatusCode: 201 },
      ],
    })
    expect(accounts()).toEqual(['C'])
  })
})

describe('objects and fields', () => {
  test('a custom object has the name field and the sharing that it was given', async () => {
    const { metadata } = asking.connection
    const given = {
      fullName: 'Usage__c',
      label: 'Usage',
      pluralLabel: 'Usages',
      nameField: { type: 'AutoNumber', label: 'Number', displayFormat: 'U-{0000}' },
      deploymentStatus: 'Deployed',
      sharingModel: 'Private',
    }
    expect(await metadata.create('CustomObject', given)).toMatchObject({ success: true })
    expect(await metadata.read('CustomObject', 'Usage__c')).toMatchObject(given)
    const bad = { ...given, fullName: 'Bad__c', nameField: { type: 'Number', label: 'x' } }
    expect(await metadata.create('CustomObject', bad)).toMatchObject({ success: false })
    const usage = asking.connection.sobject('Usage__c')
    expect((await usage.describe()).fields.find(({ name }) => name === 'Name')).toMatchObject({
      label: 'Number',
      autoNumber: true,
      createable: false,
      nameField: true,
    })
    const { id } = await usage.create({})
    expect(await usage.retrieve(id ?? '')).toMatchObject({ Name: 'U-0001' })
  })

  test('an address is read as a whole, and written in its parts', async () => {
    const account = asking.connection.sobject('Account')
    const fields = { Name: 'A', BillingCity: 'Berlin', BillingCountry: 'Germany' }
    const { id } = await account.create(fields)
    const address = { city: 'Berlin', country: 'Germany', street: null, postalCode: null, state: null }
    expect(await account.retrieve(id ?? '')).toMatchObject({ BillingAddress: address, ShippingAddress: null })
    const { records } = await asking.connection.query('SELECT BillingAddress FROM Account')
    expect(records).toMatchObject([{ BillingAddress: address }])
    const described = new Map((await account.describe()).fields.map(field => [field.name, field]))
    expect(described.get('BillingAddress')).toMatchObject({ type: 'address', updateable: false })
    expect(described.get('BillingCity')).toMatchObject({ compoundFieldName: 'BillingAddress' })
    const body = { BillingAddress: { city: 'x' } }
    expect((await ask(asking, 'PATCH', `${DATA}/sobjects/Account/${id}`, { body })).status).toBe(400)
    await expect(
      asking.connection.query("SELECT Id FROM Account WHERE BillingAddress = 'x'"),
    ).rejects.toThrow('can not be filtered')
  })

  test('children are described, and queried from their parent', async () => {
    const { control } = asking.sandbox
    const [one, other] = ['One', 'Other'].map(Name => control.insert('Account', { Name }).id)
    for (const LastName of ['B', 'A']) control.insert('Contact', { LastName, AccountId: one ?? '' })
    const { childRelationships } = await asking.connection.sobject('Account').describe()
    expect(childRelationships).toContainEqual(
      expect.objectContaining({ childSObject: 'Contact', field: 'AccountId', relationshipName: 'Contacts' }),
    )
    const soql =
      'SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 5) FROM Account ORDER BY Name'
    expect((await asking.connection.query(soql)).records).toMatchObject([
      { Id: one, Contacts: { totalSize: 2, done: true, records: [{ LastName: 'A' }, { LastName: 'B' }] } },
      { Id: other, Contacts: null },
    ])
    await expect(asking.connection.query('SELECT Id, (SELECT Id FROM Contact) FROM Account')).rejects.toThrow(
      "relationship 'Contact'",
    )
  })

  test("a custom lookup goes by its own name upwards, and by its relationship's downwards", async () => {
    const { connection } = asking
    const lookup = { type: 'Lookup', referenceTo: 'Account', relationshipName: 'Resold' }
    await connection.metadata.create('CustomField', [
      { fullName: 'Contact.Reseller__c', label: 'Reseller', ...lookup },
    ])
    const fieldPermissions = [{ field: 'Contact.Reseller__c', readable: true, editable: true }]
    await connection.metadata.create('PermissionSet', { fullName: 'R', label: 'R', fieldPermissions })
    await assign(connection, 'R')
    const { id } = asking.sandbox.control.insert('Account', { Name: 'Seller' })
    asking.sandbox.control.insert('Contact', { LastName: 'C', Reseller__c: id })
    expect((await connection.query('SELECT Reseller__r.Name FROM Contact')).records).toMatchObject([
      { Reseller__r: { Name: 'Seller' } },
    ])
    expect(
      (await connection.query('SELECT (SELECT LastName FROM Resold__r) FROM Account')).records,
    ).toMatchObject([{ Resold__r: { records: [{ LastName: 'C' }] } }])
  })

  test.each([
    ['Account', ['TickerSymbol', 'YearStarted', 'NaicsCode', 'Jigsaw', 'LastViewedDate']],
    ['Contact', ['MobilePhone', 'Department', 'ReportsToId', 'OtherCity', 'Salutation']],
    ['Lead', ['MobilePhone', 'Salutation', 'IsUnreadByOwner', 'ConvertedOpportunityId']],
  ])('%s has the fields that every org has', async (object, names) => {
    const { fields } = await asking.connection.sobject(object).describe()
    expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })
})
