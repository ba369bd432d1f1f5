import { describe, expect, test } from 'vitest'
import { startSandbox } from './asking.ts'

const objects = (object: string) => `/crm/objects/2026-09/${object}`

describe('refused is', () => {
  test.each(['ada', 'ada@', 'ada@acme', 'ada lovelace@acme.com', 'a@b@acme.com', 'ada@-acme.com'])(
    'the email %s of a contact',
    async email => {
      const { ask, control } = await startSandbox()
      const answer = await ask('POST', objects('contacts'), { properties: { email } })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'INVALID_EMAIL' }] } })
      expect(control.records('contacts')).toEqual([])
    },
  )

  test('a change of nothing', async () => {
    const { ask, batch, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme' })
    for (const answer of [
      await ask('PATCH', `${objects('companies')}/${id}`, { properties: {} }),
      await batch('update', [{ id, properties: {} }]),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { message: 'No properties found to update' } })
    }
  })

  test.each([
    ['companies', { city: 'Berlin' }, { domain: 'acme.com' }],
    ['companies', { name: '' }, { name: 'Acme' }],
    ['contacts', { phone: '1' }, { lastname: 'Byron' }],
  ])('one of %s with nothing to know it by', async (object, bare, known) => {
    const { ask, control } = await startSandbox()
    expect((await ask('POST', objects(object), { properties: bare })).status).toBe(400)
    expect((await ask('POST', objects(object), { properties: known })).status).toBe(201)
    expect(control.records(object)).toHaveLength(1)
  })

  test('a property on leads without the scope that this account asks for, which is named', async () => {
    const { ask } = await startSandbox({ scopes: ['crm.objects.leads.read'] })
    const answer = await ask('POST', '/crm/properties/2026-09/leads', {})
    expect(answer.body.errors).toMatchObject([
      { context: { requiredGranularScopes: ['crm.objects.leads.write'] } },
    ])
  })
})

describe('where the account makes companies of contacts', () => {
  const contact = (email: string, ...companies: string[]) => ({
    properties: { email },
    associations: companies.map(id => ({
      to: { id },
      types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }],
    })),
  })

  test('a new contact joins the company of its domain, which is made once', async () => {
    const { ask, control } = await startSandbox({ companiesOfContacts: true })
    const make = async (email: string) =>
      (await ask('POST', objects('contacts'), contact(email))).body.id ?? ''
    const [ada, bob] = [await make('ada@acme.com'), await make('bob@acme.com')]
    await make('eve@gmail.com')
    const [company, ...others] = control.records('companies')
    expect([company?.properties.domain, others]).toEqual(['acme.com', []])
    for (const id of [ada, bob]) {
      expect(control.associated('contacts', id, 'companies')).toEqual([{ id: company?.id, types: [1] }])
    }
  })

  test('one that was made with another company keeps that as its primary one', async () => {
    const { ask, control } = await startSandbox({ companiesOfContacts: true })
    const { id } = control.insert('companies', { name: 'Acme', domain: 'acme.com' })
    const made = await ask('POST', objects('contacts'), contact('ada@acme.fr', id))
    const [own, other] = control.associated('contacts', made.body.id ?? '', 'companies')
    expect([own, other?.types]).toEqual([{ id, types: [1] }, [279]])
  })
})
