import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Intent, Notice } from '../../../src/contract/index.ts'
import { NOTICE_FIELDS } from './beside.ts'
import { countedCall, readAll, WANTED, type World, world } from './world.ts'

/** An org whose admin has set it up, and whose run-time user sees nothing but what the permission set opens. */
async function unprivileged(): Promise<World & { admin: World['session']; assign(): void }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const made = await world({
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    runAs: 'minimal@sandbox.example',
  })
  const { control, credentials } = made.sandbox
  const admin = await made.again({
    auth: {
      type: 'jwt',
      client_id: credentials.clientId,
      username: 'integration@sandbox.example',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  })
  // An admin sees all of an org's fields: what only others do not see has to be hidden from them too to be granted.
  for (const [object, names] of Object.entries(READ)) {
    for (const name of names) control.fieldAccess(object, name, { read: false, edit: false })
  }
  const objects = { Account: WANTED, Lead: [], Contact: [], ...NOTICE_FIELDS }
  for (const [object, fields] of Object.entries(objects))
    await admin.ensureSchema(object, fields, countedCall())
  for (const [object, names] of Object.entries(READ)) {
    for (const name of names) control.fieldAccess(object, name, null)
  }
  const idOf = (object: string, field: string, value: string) =>
    control.records(object).find(({ fields }) => fields[field] === value)?.id ?? ''
  const assign = () => {
    control.insert('PermissionSetAssignment', {
      PermissionSetId: idOf('PermissionSet', 'Name', 'OQL_Sync'),
      AssigneeId: idOf('User', 'Username', 'minimal@sandbox.example'),
    })
  }
  return { ...made, admin, assign }
}

const READ = { Account: ['Website', 'Type', 'ParentId', 'BillingCountry'], Contact: ['Email', 'AccountId'] }

const intent: Intent = {
  object: 'Account',
  creates: true,
  fields: ['Name'],
  owners: [],
  leads: true,
  contacts: true,
  notices: ['task', 'note', 'event'],
}

test('with the permission set, and nothing else, everything can be made; check finds nothing lacking', async () => {
  const { session, sandbox, assign } = await unprivileged()
  assign()
  expect((await session.check(intent, countedCall())).problems).toEqual([])
  const { id } = sandbox.control.insert('Account', { Name: 'Acme' })
  const lead = { Company: 'Acme', LastName: 'acme.com', OQL_Lead_Key__c: 'acme.com#1' }
  const key = { keyField: 'OQL_Lead_Key__c' }
  const contact = { LastName: 'Ann', Email: 'ann@acme.com', AccountId: id }
  const record = { object: 'Account', remoteId: id }
  const base = { mayExist: false, subject: 's', body: 'b' }
  const made = [
    await session.write([{ key: 'acme.com#1', object: 'Lead', fields: lead, ...key }], countedCall()),
    await session.write([{ key: 'ann@acme.com', object: 'Contact', fields: contact }], countedCall()),
    await session.notify?.([{ ...base, id: 'n1', type: 'note', record, at: new Date() }], countedCall()),
    await session.notify?.([event('n2')], countedCall()),
  ]
  expect(made.flat().map(each => each?.status)).toEqual(['created', 'created', 'created', 'created'])
  const byEmail = { object: 'Contact', by: 'Email', values: ['ann@acme.com'] }
  expect(await readAll(session, byEmail, ['AccountId'])).toMatchObject([{ fields: { AccountId: id } }])
})

const event = (id: string): Notice => ({ id, mayExist: false, type: 'event', fields: { Notice_Id__c: id } })

test('without it, each object that is shut is named once, and what the mapping does not make is not', async () => {
  const { session, again } = await unprivileged()
  const all = await session.check(intent, countedCall())
  expect(all.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual(
    ['Account', 'Lead', 'Contact', 'Task'].map(
      object => `missing_object: The Salesforce user does not see the object ${object}`,
    ),
  )
  const { leads: _l, contacts: _c, notices: _n, ...plain } = intent
  const less = await (await again()).check(plain, countedCall())
  expect(less.problems.map(({ message }) => message)).toEqual([
    'The Salesforce user does not see the object Account',
  ])
})
