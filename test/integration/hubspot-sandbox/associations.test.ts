import { describe, expect, test } from 'vitest'
import { startSandbox } from './asking.ts'

const LEADS = '/crm/objects/2026-09/leads'
const tie = (id: string, associationTypeId: number) => ({
  to: { id },
  types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
})

describe('a lead', () => {
  test('needs a name, and a contact in the call that makes it', async () => {
    const { ask, control } = await startSandbox()
    const contact = control.insert('contacts', { email: 'ada@acme.com' })
    const company = control.insert('companies', { name: 'Acme' })
    const properties = { hs_lead_name: 'Acme' }
    expect((await ask('POST', LEADS, { properties })).status).toBe(400)
    expect((await ask('POST', LEADS, { properties, associations: [tie(company.id, 610)] })).status).toBe(400)
    expect((await ask('POST', LEADS, { properties: {}, associations: [tie(contact.id, 578)] })).status).toBe(
      400,
    )
    expect(control.records('leads')).toEqual([])
    const both = [tie(contact.id, 578), tie(company.id, 610)]
    const made = await ask('POST', LEADS, { properties, associations: both })
    expect(made.status).toBe(201)
    const read = await ask('GET', `${LEADS}/${made.body.id}?associations=contacts,companies`)
    expect(read.body.associations).toMatchObject({
      contacts: { results: [{ id: contact.id }] },
      companies: { results: [{ id: company.id }] },
    })
    const back = await ask('GET', `/crm/v4/objects/companies/${company.id}/associations/leads`)
    expect(back.body.results).toMatchObject([{ toObjectId: made.body.id }])
  })

  test("begins in the first stage of the account's own pipeline, and takes no stage of another", async () => {
    const { ask, control } = await startSandbox()
    const contact = control.insert('contacts', { email: 'ada@acme.com' })
    const { body } = await ask('GET', '/crm/pipelines/2026-09/leads')
    const stages = body.results[0]?.stages
    const lead = (more: object) =>
      ask('POST', LEADS, { properties: { hs_lead_name: 'A', ...more }, associations: [tie(contact.id, 578)] })
    expect((await lead({ hs_pipeline_stage: 'new-stage-id' })).status).toBe(400)
    const made = await lead({})
    const stage = control.record('leads', made.body.id ?? '')?.properties.hs_pipeline_stage
    expect(stages).toContainEqual(expect.objectContaining({ id: stage, displayOrder: 0 }))
  })

  test('is out of reach without Sales Hub', async () => {
    const { ask } = await startSandbox({ salesHub: false })
    expect((await ask('GET', LEADS)).status).toBe(403)
    expect((await ask('GET', '/crm/pipelines/2026-09/leads')).status).toBe(403)
  })
})

describe('associations', () => {
  test('are made and read, one by one and in batches', async () => {
    const { ask, control } = await startSandbox()
    const company = control.insert('companies', { name: 'Acme' })
    const [ada, bob] = control.insertMany('contacts', [{ email: 'ada@a.com' }, { email: 'bob@a.com' }])
    await ask('PUT', `/crm/objects/2026-09/contacts/${ada?.id}/associations/default/companies/${company.id}`)
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }]
    const batch = { inputs: [{ from: { id: bob?.id }, to: { id: company.id }, types }] }
    expect(
      (await ask('POST', '/crm/associations/2026-09/contacts/companies/batch/create', batch)).status,
    ).toBe(200)
    const read = await ask('POST', '/crm/associations/2026-09/companies/contacts/batch/read', {
      inputs: [{ id: company.id }],
    })
    expect(read.body.results).toMatchObject([
      { from: { id: company.id }, to: [{ toObjectId: ada?.id }, { toObjectId: bob?.id }] },
    ])
  })

  test('follow a company that is merged', async () => {
    const { ask, control } = await startSandbox()
    const [one, two] = control.insertMany('companies', [{ name: 'A' }, { name: 'B' }])
    const contact = control.insert('contacts', { email: 'ada@a.com' })
    await ask('PUT', `/crm/objects/2026-09/contacts/${contact.id}/associations/default/companies/${two?.id}`)
    const merged = control.merge('companies', one?.id ?? '', two?.id ?? '')
    const read = await ask('GET', `/crm/v4/objects/contacts/${contact.id}/associations/companies`)
    expect(read.body.results).toMatchObject([{ toObjectId: merged.id }])
    const back = await ask('GET', `/crm/v4/objects/companies/${two?.id}/associations/contacts`)
    expect(back.body.results).toMatchObject([{ toObjectId: contact.id }])
  })

  test('of a kind that is not there, or to nobody, are refused', async () => {
    const { ask, control } = await startSandbox()
    const company = control.insert('companies', { name: 'Acme' })
    const task = (...associations: object[]) =>
      ask('POST', '/crm/objects/2026-09/tasks', {
        properties: { hs_timestamp: '2026-11-25T09:00:00Z' },
        associations,
      })
    expect((await task(tie(company.id, 190))).status).toBe(400)
    expect((await task(tie('404404', 192))).status).toBe(400)
    expect((await task(tie(company.id, 192))).status).toBe(201)
    expect(
      (await ask('POST', '/crm/objects/2026-09/tasks', { properties: { hs_task_subject: 'x' } })).status,
    ).toBe(400)
  })
})
