import { expect, test } from 'vitest'
import type { Change, Company, RemoteContact, Session } from '../../../src/contract/index.ts'
import { companiesIn, contactsIn, counted, only, ready } from './world.ts'

const contact = (email: string, company: Company): Change => ({
  key: email,
  object: 'contacts',
  keyField: 'email',
  fields: { email, firstname: 'Ada' },
  associate: [{ object: 'companies', remoteId: company.remoteId }],
})

const contactsOf = (session: Session, companies: Company[], fields: string[]): Promise<RemoteContact[]> => {
  if (session.contacts === undefined) throw new Error('no contacts')
  return Array.fromAsync(session.contacts(companies, fields, counted()))
}

test('a contact is made with its company as the primary one', async () => {
  const made = await ready()
  const { crm, session } = made
  const company = only(companiesIn(made, 'acme.com'))
  const result = only(await session.write([contact('ada@acme.com', company)], counted()))
  const { id, properties } = only(crm.control.records('contacts'))
  expect(result).toEqual({ key: 'ada@acme.com', status: 'created', remoteId: id })
  expect(properties).toMatchObject({ email: 'ada@acme.com', firstname: 'Ada' })
  expect(crm.control.associated('contacts', id, 'companies')).toEqual([{ id: company.remoteId, types: [1] }])
})

test.each(['whole', 'creates_too'] as const)(
  'an email that is taken names who has it, and spares the others of its batch (%s)',
  async batchErrors => {
    const made = await ready({ batchErrors })
    const { crm, session } = made
    const company = only(companiesIn(made, 'acme.com'))
    const holder = only(contactsIn(made, company, 'ada@acme.com'))
    const batch = ['grace@acme.com', 'ada@acme.com', 'joan@acme.com'].map(email => contact(email, company))
    const results = await session.write(batch, counted())
    const of = new Map(results.map(result => [result.key, result]))
    expect(of.get('ada@acme.com')).toMatchObject({
      failure: { kind: 'duplicate', movedTo: { object: 'contacts', remoteId: holder } },
    })
    expect(of.get('grace@acme.com')).toMatchObject({ status: 'created' })
    expect(of.get('joan@acme.com')).toMatchObject({ status: 'created' })
    expect(crm.control.counters().created).toEqual({ contacts: 2 })
  },
)

test('contacts whose answer was lost are found by email at once, though search lags', async () => {
  const made = await ready()
  const { crm, session } = made
  const company = only(companiesIn(made, 'acme.com'))
  const batch = ['ada@acme.com', 'grace@acme.com'].map(email => contact(email, company))
  crm.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, path: 'contacts/batch/create' })
  const lost = await session.write(batch, counted())
  expect(lost).toMatchObject([
    { failure: { kind: 'unknown_outcome' } },
    { failure: { kind: 'unknown_outcome' } },
  ])
  const query = { object: 'contacts', by: 'email', values: ['ADA@acme.com', 'grace@acme.com', 'no@acme.com'] }
  const found = await Array.fromAsync((await made.again()).read(query, ['email'], counted()))
  expect(new Set(found.map(({ fields }) => fields.email))).toEqual(
    new Set(['ada@acme.com', 'grace@acme.com']),
  )
  // Were they sent again all the same, HubSpot itself would make no second one.
  const again = await session.write(batch, counted())
  expect(again).toMatchObject([{ failure: { kind: 'duplicate' } }, { failure: { kind: 'duplicate' } }])
  expect(crm.control.counters()).toMatchObject({ created: { contacts: 2 }, search: 0 })
})

test('the contacts of each company are told, with when they were changed and what was asked for', async () => {
  const made = await ready()
  const { crm, session } = made
  const [acme, beta, empty] = companiesIn(made, 'acme.com', 'beta.com', 'empty.com')
  if (acme === undefined || beta === undefined || empty === undefined) throw new Error('three were made')
  const old = only(contactsIn(made, acme, 'old@acme.com'))
  const both = only(contactsIn(made, acme, 'both@acme.com'))
  crm.control.associate('contacts', 'companies', [{ from: both, to: beta.remoteId }])
  crm.control.advance(60_000)
  crm.control.update('contacts', both, { firstname: 'Both' })
  const found = await contactsOf(session, [acme, beta, empty], ['email', 'firstname'])
  const changed = { changedAt: new Date('2026-11-24T12:01:00Z') }
  const expected = [
    {
      remoteId: old,
      company: acme.remoteId,
      changedAt: new Date('2026-11-24T12:00:00Z'),
      fields: { email: 'old@acme.com', firstname: null },
    },
    ...[acme, beta].map(({ remoteId }) => ({
      remoteId: both,
      company: remoteId,
      ...changed,
      fields: { email: 'both@acme.com', firstname: 'Both' },
    })),
  ]
  expect(found).toHaveLength(3)
  expect(found).toEqual(expect.arrayContaining(expected))
  expect(crm.control.counters().search).toBe(0)
})

test('a company that is no more has no contacts, and the others have theirs', async () => {
  const made = await ready()
  const [gone, acme] = companiesIn(made, 'gone.com', 'acme.com')
  if (gone === undefined || acme === undefined) throw new Error('two were made')
  const id = only(contactsIn(made, acme, 'ada@acme.com'))
  made.crm.control.archive('companies', gone.remoteId)
  const found = await contactsOf(made.session, [gone, acme], [])
  expect(found.map(({ remoteId }) => remoteId)).toEqual([id])
})
