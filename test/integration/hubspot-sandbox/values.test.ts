import { describe, expect, test } from 'vitest'
import { addKey, newProperty, recordsOf, startSandbox } from './asking.ts'

const COMPANIES = '/crm/objects/2026-09/companies'

async function withTypes() {
  const sandbox = await startSandbox()
  const bool = { type: 'bool', fieldType: 'booleancheckbox' }
  const options = ['true', 'false'].map((value, displayOrder) => ({ value, label: value, displayOrder }))
  for (const property of [
    newProperty('a_date', { type: 'date', fieldType: 'date' }),
    newProperty('a_datetime', { type: 'datetime', fieldType: 'date' }),
    newProperty('a_bool', { ...bool, options }),
    newProperty('a_list', {
      type: 'enumeration',
      fieldType: 'checkbox',
      options: ['x', 'y'].map((value, displayOrder) => ({ value, label: value, displayOrder })),
    }),
  ]) {
    await sandbox.ask('POST', '/crm/properties/2026-09/companies', property)
  }
  return sandbox
}

describe('values', () => {
  test.each([
    ['numberofemployees', '12.5', '12.5'],
    ['a_date', '2026-02-28', '2026-02-28'],
    ['a_date', '1772236800000', '2026-02-28'],
    ['a_datetime', '2026-02-28T10:00:00Z', '2026-02-28T10:00:00.000Z'],
    ['a_datetime', '2026-02-28T10:00:00+02:00', '2026-02-28T08:00:00.000Z'],
    ['a_datetime', '1772236800000', '2026-02-28T00:00:00.000Z'],
    ['a_bool', 'true', 'true'],
    ['a_list', 'x;y', 'x;y'],
    ['industry', 'BANKING', 'BANKING'],
    ['hubspot_owner_id', '12345', '12345'],
  ])('%s takes %s', async (name, value, kept) => {
    const { ask, control } = await withTypes()
    const { status, body } = await ask('POST', COMPANIES, { properties: { name: 'A', [name]: value } })
    expect(status).toBe(201)
    expect(control.record('companies', body.id ?? '')?.properties[name]).toBe(kept)
  })

  test.each([
    ['numberofemployees', 'many', 'INVALID_DOUBLE'],
    ['numberofemployees', 'Infinity', 'INVALID_DOUBLE'],
    ['a_date', '2026-02-30', 'INVALID_DATE'],
    ['a_date', '2026-02-28T10:00:00Z', 'INVALID_DATE'],
    ['a_date', '1772236800001', 'INVALID_DATE'],
    ['a_datetime', '2026-02-28', 'INVALID_LONG'],
    ['a_datetime', 'yesterday', 'INVALID_LONG'],
    ['a_bool', 'yes', 'INVALID_OPTION'],
    ['a_list', 'x;z', 'INVALID_OPTION'],
    ['industry', 'banking', 'INVALID_OPTION'],
    ['hubspot_owner_id', '11111', 'INVALID_OPTION'],
    ['hs_object_id', '1', 'READ_ONLY_VALUE'],
    ['hs_lastmodifieddate', '2026-02-28T10:00:00Z', 'READ_ONLY_VALUE'],
    ['createdate', '2026-02-28T10:00:00Z', 'READ_ONLY_VALUE'],
    ['nope', '1', 'PROPERTY_DOESNT_EXIST'],
    ['name', 'x'.repeat(65_537), 'PROPERTY_VALUE_TOO_LONG'],
  ])('%s refuses %s', async (name, value, code) => {
    const { ask, control } = await withTypes()
    const { status, body } = await ask('POST', COMPANIES, { properties: { city: 'A', [name]: value } })
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ code, context: { propertyName: [name] } }])
    expect(body.message).toContain(`"error":"${code}"`)
    expect(control.records('companies')).toEqual([])
  })

  test('of a unique property stand on one record only', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const { ask, control } = sandbox
    const { id } = control.insert('companies', { name: 'A', oql_domain: 'a.com' })
    const other = control.insert('companies', { name: 'B' })
    const claim = { properties: { oql_domain: 'a.com' } }
    const refused = await ask('PATCH', `${COMPANIES}/${other.id}`, claim)
    expect(refused.status).toBe(400)
    expect(refused.body.message).toContain(`${id} already has that value`)
    expect((await ask('PATCH', `${COMPANIES}/${id}`, claim)).status).toBe(200)
    await ask('PATCH', `${COMPANIES}/${id}`, { properties: { oql_domain: '' } })
    expect((await ask('PATCH', `${COMPANIES}/${other.id}`, claim)).status).toBe(200)
  })

  test('of a unique property are taken by the first of two inputs of a batch', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const answer = await sandbox.batch(
      'create',
      ['a', 'b'].map(objectWriteTraceId => ({
        properties: { name: objectWriteTraceId, oql_domain: 'same.com' },
        objectWriteTraceId,
      })),
    )
    expect(answer.status).toBe(201)
    expect(recordsOf(answer).map(one => one.objectWriteTraceId)).toEqual(['a'])
    expect(answer.body.errors).toMatchObject([{ context: { objectWriteTraceId: ['b'] } }])
  })

  test('of an archived record are free again', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const { id } = sandbox.control.insert('companies', { name: 'A', oql_domain: 'a.com' })
    sandbox.control.archive('companies', id)
    const again = await sandbox.ask('POST', COMPANIES, { properties: { name: 'B', oql_domain: 'a.com' } })
    expect(again.status).toBe(201)
  })

  test("of a contact's email make a conflict", async () => {
    const { ask, control } = await startSandbox()
    const { id } = control.insert('contacts', { email: 'ada@acme.com' })
    const again = await ask('POST', '/crm/objects/2026-09/contacts', {
      properties: { email: 'Ada@acme.com' },
    })
    expect(again).toMatchObject({
      status: 409,
      body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
    })
  })

  test('of the lifecycle only move forward, without a word', async () => {
    const { ask, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'A', lifecyclestage: 'customer' })
    const back = await ask('PATCH', `${COMPANIES}/${id}`, { properties: { lifecyclestage: 'lead' } })
    expect(back).toMatchObject({ status: 200, body: { properties: { lifecyclestage: 'customer' } } })
    await ask('PATCH', `${COMPANIES}/${id}`, { properties: { lifecyclestage: 'evangelist' } })
    expect(control.record('companies', id)?.properties.lifecyclestage).toBe('evangelist')
  })

  test("that an admin requires are asked for on create, and can't be cleared", async () => {
    const { ask, control } = await startSandbox({ requiredProperties: { companies: ['city'] } })
    const without = await ask('POST', COMPANIES, { properties: { name: 'A' } })
    expect(without.status).toBe(400)
    expect(without.body.errors).toMatchObject([{ code: 'MISSING_REQUIRED_PROPERTY' }])
    const { id } = control.insert('companies', { name: 'A', city: 'Berlin' })
    expect((await ask('PATCH', `${COMPANIES}/${id}`, { properties: { city: '' } })).status).toBe(400)
    expect((await ask('PATCH', `${COMPANIES}/${id}`, { properties: { name: 'B' } })).status).toBe(200)
  })

  test('that an admin requires for a value of another are asked for where that value is written', async () => {
    const rule = { when: { property: 'type', value: 'PARTNER' }, required: ['phone'] }
    const { ask, control } = await startSandbox({ conditionalProperties: { companies: [rule] } })
    const { id } = control.insert('companies', { name: 'A' })
    const typed = (type: string) => ask('PATCH', `${COMPANIES}/${id}`, { properties: { type } })
    expect((await typed('PARTNER')).body.errors).toMatchObject([
      { code: 'MISSING_CONDITIONAL_REQUIRED_PROPERTY', context: { propertyName: ['phone'] } },
    ])
    expect((await typed('VENDOR')).status).toBe(200)
    control.update('companies', id, { phone: '1' })
    expect((await typed('PARTNER')).status).toBe(200)
  })
})

describe('a record', () => {
  test('keeps its dates and the history of each property', async () => {
    const { ask, control } = await startSandbox()
    const { body } = await ask('POST', COMPANIES, { properties: { name: 'Old' } })
    control.advance(60_000)
    await ask('PATCH', `${COMPANIES}/${body.id}`, { properties: { name: 'New' } })
    await ask('PATCH', `${COMPANIES}/${body.id}`, { properties: { name: 'New' } })
    const read = await ask('GET', `${COMPANIES}/${body.id}?propertiesWithHistory=name`)
    expect(read.body).toMatchObject({
      properties: {
        createdate: '2026-11-24T12:00:00.000Z',
        hs_lastmodifieddate: '2026-11-24T12:01:00.000Z',
        hs_object_id: body.id,
      },
      propertiesWithHistory: {
        name: [
          { value: 'New', timestamp: '2026-11-24T12:01:00.000Z', sourceType: 'INTEGRATION' },
          { value: 'Old', timestamp: '2026-11-24T12:00:00.000Z' },
        ],
      },
    })
    expect(control.counters().records).toEqual({ created: 1, updated: 1, unchanged: 1 })
  })

  test('is listed by pages of at most 100, archived ones apart', async () => {
    const { ask, control } = await startSandbox()
    const made = control.insertMany(
      'companies',
      Array.from({ length: 150 }, (_, n) => ({ name: `C ${n}` })),
    )
    control.archive('companies', made[3]?.id ?? '')
    expect((await ask('GET', `${COMPANIES}?limit=101`)).status).toBe(400)
    const first = await ask('GET', `${COMPANIES}?limit=100&properties=city`)
    expect(recordsOf(first)[0]?.properties).toMatchObject({ city: null, hs_object_id: made[0]?.id })
    expect(recordsOf(first)[0]?.properties).not.toHaveProperty('name')
    const second = await ask('GET', `${COMPANIES}?limit=100&after=${first.body.paging?.next.after}`)
    expect(second.body.paging).toBeUndefined()
    const ids = [...recordsOf(first), ...recordsOf(second)].map(({ id }) => id)
    expect(ids).toEqual(made.map(({ id }) => id).filter((_, index) => index !== 3))
    expect(recordsOf(await ask('GET', `${COMPANIES}?archived=true`)).map(({ id }) => id)).toEqual([
      made[3]?.id,
    ])
  })

  test('of a merge has a new id, to which the old ones lead', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const { ask, batch, control } = sandbox
    const primary = control.insert('companies', { name: 'Acme', domain: 'acme.com', oql_domain: 'acme.com' })
    const other = control.insert('companies', {
      name: 'Acme SA',
      domain: 'acme.fr',
      city: 'Paris',
      oql_domain: 'acme.fr',
    })
    const merged = await ask('POST', `${COMPANIES}/merge`, {
      primaryObjectId: primary.id,
      objectIdToMerge: other.id,
    })
    const id = merged.body.id ?? ''
    expect([primary.id, other.id]).not.toContain(id)
    for (const old of [primary.id, other.id]) {
      const read = await ask(
        'GET',
        `${COMPANIES}/${old}?properties=name,city,hs_additional_domains,hs_merged_object_ids`,
      )
      expect(read.body).toMatchObject({
        id,
        properties: {
          name: 'Acme',
          city: 'Paris',
          hs_additional_domains: 'acme.fr',
          hs_merged_object_ids: `${primary.id};${other.id}`,
        },
      })
    }
    expect(recordsOf(await batch('update', [{ id: other.id, properties: { city: 'Lyon' } }]))).toMatchObject([
      { id },
    ])
    const both = [primary.id, other.id].map(old => ({ id: old, properties: { city: 'Nice' } }))
    expect((await batch('update', both)).status).toBe(400)
    expect(recordsOf(await ask('GET', COMPANIES)).map(one => one.id)).toEqual([id])
    const freed = await ask('POST', COMPANIES, { properties: { name: 'New', oql_domain: 'acme.fr' } })
    expect(freed.status).toBe(201)
  })
})
