import { expect, test } from 'vitest'
import { startSandbox } from './asking.ts'

const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }]

test('versions 3 and 4 go on beside 2026-09, with a 207 and a 201 of their own', async () => {
  const { ask, control } = await startSandbox()
  const { id } = control.insert('companies', { name: 'Acme' })
  const contact = control.insert('contacts', { email: 'ada@acme.com' })
  expect((await ask('GET', `/crm/v3/objects/companies/${id}`)).body.id).toBe(id)
  const answers = async (path: string, body: object) => (await ask('POST', path, body)).status
  const inputs = [{ id }, { id: '404404' }]
  expect(await answers('/crm/v3/objects/companies/batch/read', { inputs })).toBe(207)
  expect(await answers('/crm/objects/2026-09/companies/batch/read', { inputs })).toBe(200)
  const idle = { inputs: [{ id }] }
  expect(await answers('/crm/v4/associations/companies/contacts/batch/read', idle)).toBe(207)
  expect(await answers('/crm/associations/2026-09/companies/contacts/batch/read', idle)).toBe(200)
  const tie = { inputs: [{ from: { id: contact.id }, to: { id }, types }] }
  expect(await answers('/crm/v4/associations/contacts/companies/batch/create', tie)).toBe(201)
  expect(await answers('/crm/associations/2026-09/contacts/companies/batch/create', tie)).toBe(200)
  const ofOne = `companies/${id}/associations/contacts`
  expect((await ask('GET', `/crm/v4/objects/${ofOne}`)).body.results).toHaveLength(1)
  expect((await ask('GET', `/crm/objects/2026-09/${ofOne}`)).status).toBe(404)
  for (const path of ['/crm/v3/owners', '/crm/v3/pipelines/leads', '/account-info/v3/details']) {
    expect((await ask('GET', path)).status, path).toBe(200)
  }
})

test('what admins require binds from 2026-09 on', async () => {
  const { ask } = await startSandbox({ requiredProperties: { companies: ['city'] } })
  const company = { properties: { name: 'Acme' } }
  expect((await ask('POST', '/crm/v3/objects/companies', company)).status).toBe(201)
  const answer = await ask('POST', '/crm/objects/2026-09/companies', company)
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'MISSING_REQUIRED_PROPERTY' }] } })
})
