import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSalesforceSandbox } from '../../../connectors/salesforce/sandbox/index.ts'
import {
  type Asking,
  ask,
  assertion,
  assign,
  connectionTo,
  DATA,
  keyField,
  keyPair,
  login,
  setUp,
  stageField,
  start,
} from './asking.ts'

let asking: Asking
beforeEach(async () => {
  asking = await start()
})
afterEach(() => asking.sandbox.close())

const fieldsOf = async (object: string) => {
  const { fields } = await asking.connection.describe(object)
  return new Map(fields.map(field => [field.name, field]))
}

test('a field made through the API is seen by nobody until a permission set that is assigned grants it', async () => {
  const { connection } = asking
  const [made] = await connection.metadata.upsert('CustomField', [keyField('Account')])
  expect(made).toMatchObject({ success: true, created: true, fullName: 'Account.OQL_Domain__c' })
  expect((await fieldsOf('Account')).has('OQL_Domain__c')).toBe(false)
  await expect(connection.query('SELECT OQL_Domain__c FROM Account')).rejects.toThrow(
    "No such column 'OQL_Domain__c'",
  )
  await expect(
    connection.sobject('Account').upsert({ Name: 'A', OQL_Domain__c: 'a.com' }, 'OQL_Domain__c'),
  ).rejects.toThrow('Provided external ID field does not exist or is not accessible')
  const readable = { field: 'Account.OQL_Domain__c', readable: true, editable: false }
  await connection.metadata.upsert('PermissionSet', {
    fullName: 'OQL',
    label: 'OQL',
    fieldPermissions: [readable],
  })
  expect((await fieldsOf('Account')).has('OQL_Domain__c')).toBe(false)
  await assign(connection, 'OQL')
  expect((await fieldsOf('Account')).get('OQL_Domain__c')).toMatchObject({
    createable: false,
    updateable: false,
  })
  const refused = await connection.sobject('Account').create([{ Name: 'A', OQL_Domain__c: 'a.com' }])
  expect(refused).toMatchObject([
    { success: false, errors: [{ statusCode: 'INVALID_FIELD_FOR_INSERT_UPDATE' }] },
  ])
  const editable = { ...readable, editable: true }
  const again = await connection.metadata.upsert('PermissionSet', {
    fullName: 'OQL',
    label: 'OQL',
    fieldPermissions: [editable],
  })
  expect(again).toMatchObject({ success: true, created: false })
  expect((await fieldsOf('Account')).get('OQL_Domain__c')).toMatchObject({
    createable: true,
    updateable: true,
    externalId: true,
    unique: true,
    idLookup: true,
    length: 255,
    type: 'string',
  })
})

test('what was made is read back', async () => {
  const { connection } = asking
  await setUp(asking)
  expect(await connection.metadata.read('CustomField', 'Account.OQL_Stage__c')).toMatchObject({
    fullName: 'Account.OQL_Stage__c',
    type: 'Picklist',
    valueSet: {
      restricted: true,
      valueSetDefinition: { value: [{ fullName: 'interest' }, { fullName: 'ongoing_usage' }] },
    },
  })
  const set = await connection.metadata.read('PermissionSet', 'OQL_Sync')
  expect(set.fieldPermissions).toContainEqual({
    editable: true,
    field: 'Account.OQL_Domain__c',
    readable: true,
  })
  const [missing] = await connection.metadata.read('CustomField', ['Account.No__c'])
  expect(missing?.fullName).toBeUndefined()
})

test('one call takes ten components, and a create refuses one that is there', async () => {
  const { connection } = asking
  const many = Array.from({ length: 11 }, (_, at) => ({
    fullName: `Account.N${at}__c`,
    label: `N${at}`,
    type: 'Number',
    precision: 18,
    scale: 2,
  }))
  await expect(connection.metadata.upsert('CustomField', many)).rejects.toThrow(
    'cannot submit more than 10 records',
  )
  const [one] = many
  expect(await connection.metadata.create('CustomField', one ?? {})).toMatchObject({ success: true })
  expect(await connection.metadata.create('CustomField', one ?? {})).toMatchObject({
    success: false,
    errors: [{ statusCode: 'DUPLICATE_DEVELOPER_NAME' }],
  })
})

test('parts that a type needs, unknown objects and keys on Activity are refused', async () => {
  const { connection } = asking
  const results = await connection.metadata.upsert('CustomField', [
    { fullName: 'Account.NoLength__c', label: 'No length', type: 'Text' },
    { ...keyField('Nothing'), fullName: 'Nothing.OQL_Domain__c' },
    { ...keyField('Activity') },
    { ...keyField('Activity'), fullName: 'Activity.Notice__c', unique: false, externalId: false },
  ])
  expect(results.map(({ success, errors }) => (success ? 'made' : errors?.[0]?.statusCode))).toEqual([
    'REQUIRED_FIELD_MISSING',
    'INVALID_CROSS_REFERENCE_KEY',
    'FIELD_INTEGRITY_EXCEPTION',
    'made',
  ])
})

test('a user without admin rights makes no fields and assigns nothing', async () => {
  const sandbox = await createSalesforceSandbox({ runAs: 'ada@sandbox.example' })
  try {
    const connection = await login(sandbox)
    await expect(connection.metadata.upsert('CustomField', [stageField])).rejects.toThrow(
      'INSUFFICIENT_ACCESS',
    )
    await expect(connection.sobject('PermissionSet').create({ Name: 'X', Label: 'X' })).rejects.toMatchObject(
      {
        errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
      },
    )
  } finally {
    await sandbox.close()
  }
})

test('an expired session is a fault of SOAP', async () => {
  asking.sandbox.control.expireTokens()
  const { connection, sandbox } = asking
  const plain = { ...asking, connection: Object.assign(connection, { _refreshDelegate: undefined }) }
  await expect(plain.connection.metadata.read('CustomField', 'Account.X__c')).rejects.toThrow(
    'INVALID_SESSION_ID',
  )
  expect(sandbox.control.counters()).toMatchObject({ read: 1, write: 0, byStatus: { 500: 1 } })
})

test('a platform event is made, granted and published', async () => {
  const { connection, sandbox } = asking
  const made = await connection.metadata.upsert('CustomObject', {
    fullName: 'OQL_Stage_Change__e',
    label: 'OQL Stage Change',
    pluralLabel: 'OQL Stage Changes',
    deploymentStatus: 'Deployed',
    eventType: 'HighVolume',
    publishBehavior: 'PublishAfterCommit',
    fields: [{ fullName: 'Domain__c', label: 'Domain', type: 'Text', length: 255 }],
  })
  expect(made).toMatchObject({ success: true, created: true })
  const published = await connection.sobject('OQL_Stage_Change__e').create({ Domain__c: 'acme.com' })
  expect(published).toMatchObject({ success: true, errors: [{ statusCode: 'OPERATION_ENQUEUED' }] })
  expect(sandbox.control.events('OQL_Stage_Change__e').map(({ fields }) => fields)).toEqual([
    { Domain__c: 'acme.com' },
  ])
  await expect(connection.query('SELECT Id FROM OQL_Stage_Change__e')).rejects.toMatchObject({
    errorCode: 'INVALID_TYPE',
  })
})

test('a new field stands on no layout until it is put there', async () => {
  await setUp(asking)
  const shown = async () =>
    JSON.stringify((await ask(asking, 'GET', `${DATA}/sobjects/Account/describe/layouts`)).body)
  expect(await shown()).toContain('"value":"Website"')
  expect(await shown()).not.toContain('OQL_Stage__c')
  asking.sandbox.control.putOnLayout('Account', 'OQL_Stage__c')
  expect(await shown()).toContain('"value":"OQL_Stage__c"')
})

test('a user with a minimum-access profile sees what permission sets open, addresses as a whole', async () => {
  const { publicKey, privateKey } = keyPair()
  const minimal = await createSalesforceSandbox({ publicKey, runAs: 'minimal@sandbox.example' })
  try {
    const user = await login(minimal)
    await expect(user.describe('Account')).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
    const admin = connectionTo(minimal)
    const claims = { iss: minimal.credentials.clientId, sub: 'integration@sandbox.example', aud: minimal.url }
    const exp = Math.floor(minimal.control.now().getTime() / 1_000) + 60
    await admin.authorize({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(privateKey, { ...claims, exp }),
    })
    const rights = { allowRead: true, allowCreate: true, allowEdit: true, allowDelete: false }
    const set = {
      fullName: 'Open',
      label: 'Open',
      objectPermissions: [{ object: 'Account', ...rights, viewAllRecords: true, modifyAllRecords: false }],
      fieldPermissions: [{ field: 'Account.BillingAddress', readable: true, editable: false }],
    }
    expect(await admin.metadata.upsert('PermissionSet', set)).toMatchObject({ success: true })
    expect(await admin.metadata.read('PermissionSet', 'Open')).toMatchObject(set)
    const { records } = await admin.query("SELECT Id FROM PermissionSet WHERE Name = 'Open'")
    const AssigneeId = user.userInfo?.id ?? ''
    await admin
      .sobject('PermissionSetAssignment')
      .create({ PermissionSetId: String(records[0]?.Id), AssigneeId })
    const { fields } = await user.describe('Account')
    const seen = new Map(fields.map(field => [field.name, field.updateable]))
    expect([seen.get('Name'), seen.get('BillingCountry'), seen.has('Website')]).toEqual([true, false, false])
  } finally {
    await minimal.close()
  }
})

test('events have a limit by the hour, and Activity takes keys where an org is said to', async () => {
  const other = await start({ hourlyEvents: 1, activityKeys: true })
  try {
    const { connection, sandbox } = other
    await connection.metadata.upsert('CustomObject', {
      fullName: 'Ping__e',
      label: 'Ping',
      pluralLabel: 'Pings',
      deploymentStatus: 'Deployed',
      eventType: 'HighVolume',
    })
    const publish = () => connection.sobject('Ping__e').create({})
    expect(await publish()).toMatchObject({ success: true })
    await expect(publish()).rejects.toMatchObject({ errorCode: 'LIMIT_EXCEEDED' })
    sandbox.control.advance(3_600_000)
    expect(await publish()).toMatchObject({ success: true })
    expect(await connection.metadata.upsert('CustomField', keyField('Activity'))).toMatchObject({
      success: true,
    })
  } finally {
    await other.sandbox.close()
  }
})

test('a field keeps its grants and values when a picklist value comes to it, and never changes its type', async () => {
  const { connection, sandbox } = asking
  await setUp(asking)
  sandbox.control.insert('Account', { Name: 'A', OQL_Stage__c: 'interest' })
  const value = ['interest', 'ongoing_usage', 'inactive'].map(fullName => ({
    fullName,
    default: false,
    label: fullName,
  }))
  const wider = {
    ...stageField,
    valueSet: { restricted: true, valueSetDefinition: { sorted: false, value } },
  }
  expect(await connection.metadata.upsert('CustomField', wider)).toMatchObject({
    success: true,
    created: false,
  })
  const [row] = await connection.sobject('Account').create([{ Name: 'B', OQL_Stage__c: 'inactive' }])
  expect(row).toMatchObject({ success: true })
  expect((await connection.query("SELECT Id FROM Account WHERE OQL_Stage__c = 'interest'")).totalSize).toBe(1)
  const retyped = await connection.metadata.upsert('CustomField', { ...stageField, type: 'Date' })
  expect(retyped).toMatchObject({ success: false, errors: [{ statusCode: 'FIELD_INTEGRITY_EXCEPTION' }] })
})

test('a session that ends in the middle is mended by jsforce over SOAP too', async () => {
  const { sandbox } = asking
  const connection = connectionTo(sandbox)
  const fresh = await connection.oauth2.refreshToken(sandbox.credentials.refreshToken)
  const session = { accessToken: String(fresh.access_token), refreshToken: sandbox.credentials.refreshToken }
  connection._establish({ ...session, instanceUrl: sandbox.url })
  sandbox.control.resetCounters()
  sandbox.control.fault({ trouble: { kind: 'expired_token' }, path: 'Soap' })
  expect(await connection.metadata.upsert('CustomField', stageField)).toMatchObject({ success: true })
  expect(sandbox.control.counters()).toMatchObject({ write: 2, token: 1, byStatus: { 500: 1, 200: 2 } })
})
