import { expect, test } from 'vitest'
import type { Change, Notice } from '../../../src/contract/index.ts'
import { companiesIn, contactsIn, counted, only, ready } from './world.ts'

/** HubSpot gives what a token may do under this path, whatever the version. */
const TOKEN_PATH = '/oauth/v2/private-apps/get/access-token-info'

test('every call speaks version 2026-09, and every answer is read by its errors, not by its status', async () => {
  const made = await ready()
  const { crm, session } = made
  await session.ensureSchema('companies', [], counted())
  await session.check(
    { object: 'companies', creates: true, owners: ['12345'], leads: true, contacts: true, notices: ['task'] },
    counted(),
  )
  const company = only(companiesIn(made, 'acme.com'))
  const contact = only(contactsIn(made, company, 'ada@acme.com'))
  const call = counted()
  const written = async (...batch: Change[]) => {
    const results = await session.write(batch, call)
    expect(results.map(({ status }) => status)).not.toContain('failed')
  }
  const { object, remoteId } = company
  await written({ key: 'acme.com', object, remoteId, fields: { oql_domain: 'acme.com' } })
  await written({ key: 'new.com', object, fields: { name: 'New', domain: 'new.com' } })
  const lead = { key: 'acme.com#1', object: 'leads', fields: { hs_lead_name: 'Acme' } }
  await written({
    ...lead,
    associate: [
      { object: 'contacts', remoteId: contact },
      { object, remoteId },
    ],
  })
  await written({
    key: 'bob@acme.com',
    object: 'contacts',
    fields: { email: 'bob@acme.com' },
    associate: [{ object, remoteId }],
  })
  const notice: Notice = {
    type: 'task',
    id: 'n1',
    subject: 'Call',
    body: 'Now',
    dueAt: new Date('2026-11-25T09:00:00Z'),
    owner: '12345',
    record: { object, remoteId },
    mayExist: true,
  }
  expect(await session.notify?.([notice], call)).toMatchObject([{ status: 'created' }])
  const all = async (found: AsyncIterable<unknown> | undefined) => (await Array.fromAsync(found ?? [])).length
  expect(await all(session.leads?.({ companies: [company], keys: ['acme.com#1'] }, call))).toBe(2)
  expect(await all(session.contacts?.([company], ['email'], call))).toBe(2)
  expect(await all(session.read({ object, all: true }, ['name'], call))).toBe(2)
  expect(await all(session.read({ object, ids: [remoteId, '404404'] }, ['name'], call))).toBe(1)
  expect(await all(session.read({ object, by: 'domain', values: ['acme.com'] }, ['name'], call))).toBe(1)
  expect(await all(session.read({ object, by: 'oql_domain', values: ['no.com'] }, [], call))).toBe(0)

  const { byCall, byStatus } = crm.control.counters()
  const others = Object.keys(byCall).filter(one => !/\/2026-09(\/|$)/.test(one))
  expect(others).toEqual([`POST ${TOKEN_PATH}`])
  expect(byStatus).not.toHaveProperty('207')
})

test("an admin's rules bind us: a record that lacks what they require is refused alone, with the field", async () => {
  const made = await ready({
    requiredProperties: { companies: ['industry'] },
    conditionalProperties: {
      companies: [{ when: { property: 'type', value: 'PARTNER' }, required: ['phone'] }],
    },
  })
  const { session } = made
  await session.ensureSchema('companies', [], counted())
  const create = (key: string, fields: Change['fields']): Change => ({
    key,
    object: 'companies',
    fields: { name: key, domain: key, ...fields },
  })
  const results = await session.write(
    [
      create('good.com', { industry: 'INTERNET' }),
      create('bare.com', {}),
      create('partner.com', { industry: 'INTERNET', type: 'PARTNER' }),
    ],
    counted(),
  )
  const told = new Map(results.map(result => [result.key, result]))
  expect(told.get('good.com')).toMatchObject({ status: 'created' })
  expect(told.get('bare.com')).toMatchObject({
    failure: { kind: 'invalid', code: 'MISSING_REQUIRED_PROPERTY', field: 'industry' },
  })
  expect(told.get('partner.com')).toMatchObject({
    failure: { kind: 'invalid', code: 'MISSING_CONDITIONAL_REQUIRED_PROPERTY', field: 'phone' },
  })
})
