import { describe, expect, test } from 'vitest'
import { addKey, recordsOf, startSandbox } from './asking.ts'

describe('a batch', () => {
  test('takes 100 inputs and refuses 101', async () => {
    const { batch, control } = await startSandbox()
    const inputs = Array.from({ length: 101 }, (_, n) => ({ properties: { name: `Company ${n}` } }))
    expect((await batch('create', inputs)).status).toBe(400)
    expect(control.records('companies')).toHaveLength(0)
    expect((await batch('create', inputs.slice(1))).status).toBe(201)
    expect(control.records('companies')).toHaveLength(100)
  })

  test('takes texts only, whatever the property is', async () => {
    const { batch } = await startSandbox()
    const answer = await batch('create', [{ properties: { numberofemployees: 7 } }])
    expect(answer).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
  })

  test('without trace ids fails as a whole for one bad input', async () => {
    const { batch, control } = await startSandbox()
    const answer = await batch('create', [
      { properties: { name: 'Good' } },
      { properties: { name: 'Bad', no_such_property: '1' } },
    ])
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0]).toMatchObject({
      code: 'PROPERTY_DOESNT_EXIST',
      context: { propertyName: ['no_such_property'] },
    })
    expect(answer.body.correlationId).toMatch(/-/)
    expect(control.records('companies')).toHaveLength(0)
  })

  test('fails as a whole when two inputs share a trace id', async () => {
    const { batch, control } = await startSandbox()
    const answer = await batch('create', [
      { properties: { name: 'Good' }, objectWriteTraceId: 'same' },
      { properties: { name: 'Bad', numberofemployees: 'many' }, objectWriteTraceId: 'same' },
    ])
    expect(answer.status).toBe(400)
    expect(control.records('companies')).toHaveLength(0)
  })

  test('with trace ids writes the good ones and says whose the errors are', async () => {
    const { batch, control } = await startSandbox()
    const answer = await batch('create', [
      { properties: { name: 'Bad', numberofemployees: 'many' }, objectWriteTraceId: 'a' },
      { properties: { name: 'Good' }, objectWriteTraceId: 'b' },
    ])
    expect(answer).toMatchObject({ status: 201, body: { numErrors: 1 } })
    expect(answer.body.errors[0]).toMatchObject({
      category: 'VALIDATION_ERROR',
      context: { objectWriteTraceId: ['a'] },
    })
    expect(recordsOf(answer).map(one => one.objectWriteTraceId)).toEqual(['b'])
    expect(control.records('companies').map(one => one.properties.name)).toEqual(['Good'])
  })

  test.each([
    ['whole', { create: 201, update: 400, upsert: 400 }],
    ['each', { create: 201, update: 200, upsert: 200 }],
    ['creates_too', { create: 400, update: 400, upsert: 400 }],
  ] as const)('told to fail %s, answers bad inputs with trace ids so', async (batchErrors, statuses) => {
    const sandbox = await startSandbox({ batchErrors })
    await addKey(sandbox)
    const [one, two] = sandbox.control.insertMany('companies', [{ name: 'A' }, { name: 'B' }])
    const key = (id: string) => ({ id, idProperty: 'oql_domain' })
    const by = {
      create: [{}, {}],
      update: [{ id: one?.id }, { id: two?.id }],
      upsert: [key('c.com'), key('d.com')],
    }
    for (const what of ['create', 'update', 'upsert'] as const) {
      const answer = await sandbox.batch(what, [
        { ...by[what][0], properties: { name: 'Bad', nope: '1' }, objectWriteTraceId: 'a' },
        { ...by[what][1], properties: { name: what }, objectWriteTraceId: 'b' },
      ])
      expect(answer.status, what).toBe(statuses[what])
      expect(answer.body.errors, what).toHaveLength(1)
      const written = sandbox.control
        .records('companies')
        .filter(({ properties }) => properties.name === what)
      expect(written, what).toHaveLength(answer.status === 400 ? 0 : 1)
    }
  })

  test('does not answer in the order of its inputs', async () => {
    const { batch, control } = await startSandbox()
    const ids = control
      .insertMany(
        'companies',
        Array.from({ length: 20 }, (_, n) => ({ name: `Company ${n}` })),
      )
      .map(({ id }) => id)
    const inputs = ids.map(id => ({ id }))
    const first = recordsOf(await batch('read', inputs)).map(({ id }) => id)
    expect(first).not.toEqual(ids)
    expect(first.toSorted()).toEqual(ids.toSorted())
    expect(recordsOf(await batch('read', inputs)).map(({ id }) => id)).toEqual(first)
  })

  test('refuses the same id twice', async () => {
    const { batch, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme' })
    for (const [what, input] of [
      ['read', { id }],
      ['update', { id, properties: { name: 'New' } }],
      ['archive', { id }],
    ] as const) {
      const answer = await batch(what, [input, input])
      expect(answer.status, what).toBe(400)
      expect(answer.body.message).toMatch(/^Duplicate IDs found in batch input/)
    }
    expect(control.records('companies')[0]?.properties.name).toBe('Acme')
  })

  test('tells ids that are not there by context.ids, without a trace id, and writes the others', async () => {
    const { batch, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme' })
    const answer = await batch('update', [
      { id: '404404', properties: { name: 'Nobody' }, objectWriteTraceId: 'a' },
      { id, properties: { name: 'New' }, objectWriteTraceId: 'b' },
    ])
    expect(answer.status).toBe(200)
    expect(answer.body.errors).toMatchObject([{ category: 'OBJECT_NOT_FOUND', context: { ids: ['404404'] } }])
    expect(answer.body.errors[0]?.context).not.toHaveProperty('objectWriteTraceId')
    expect(control.record('companies', id)?.properties.name).toBe('New')
  })

  test('clears with the empty text, and leaves what it does not name', async () => {
    const { batch, ask, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme', city: 'Berlin', phone: '1' })
    await batch('update', [{ id, properties: { city: '' } }])
    const read = await ask('GET', `/crm/objects/2026-09/companies/${id}?properties=city,phone`)
    expect(read.body.properties).toMatchObject({ city: null, phone: '1' })
  })

  test('reads by a unique property, and by no other', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    sandbox.control.insert('companies', { name: 'Acme', domain: 'acme.com', oql_domain: 'acme.com' })
    const inputs = [{ id: 'acme.com' }, { id: 'other.com' }]
    const byKey = await sandbox.batch('read', inputs, { idProperty: 'oql_domain', properties: ['name'] })
    expect(byKey.status).toBe(200)
    expect(recordsOf(byKey).map(one => one.properties.name)).toEqual(['Acme'])
    expect(byKey.body.errors).toMatchObject([{ context: { ids: ['other.com'] } }])
    expect((await sandbox.batch('read', inputs, { idProperty: 'domain' })).status).toBe(400)
  })

  test('archives, and is content with ids that are gone', async () => {
    const { batch, ask, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme' })
    expect((await batch('archive', [{ id }, { id: '404404' }])).status).toBe(204)
    expect(control.record('companies', id)?.archived).toBe(true)
    expect((await ask('GET', `/crm/objects/2026-09/companies/${id}`)).status).toBe(404)
    expect((await batch('update', [{ id, properties: { name: 'Back' } }])).body.errors).toMatchObject([
      { category: 'OBJECT_NOT_FOUND' },
    ])
  })
})

describe('an upsert', () => {
  test('makes a record once, and says which ones are new', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const input = (city: string) => ({
      id: 'acme.com',
      idProperty: 'oql_domain',
      properties: { name: 'Acme', city },
    })
    const made = recordsOf(await sandbox.batch('upsert', [input('Berlin')]))
    const again = recordsOf(await sandbox.batch('upsert', [input('Paris')]))
    expect(made[0]?.new).toBe(true)
    expect(again[0]).toMatchObject({ id: made[0]?.id, new: false })
    expect(sandbox.control.records('companies').map(one => one.properties)).toMatchObject([
      { oql_domain: 'acme.com', city: 'Paris' },
    ])
  })

  test('on domain, which is not unique, is refused', async () => {
    const { batch, control } = await startSandbox()
    const answer = await batch('upsert', [{ id: 'a.com', idProperty: 'domain', properties: { name: 'A' } }])
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('unique') } })
    expect(control.records('companies')).toHaveLength(0)
  })

  test('takes no associations', async () => {
    const sandbox = await startSandbox()
    await addKey(sandbox)
    const answer = await sandbox.batch('upsert', [
      { id: 'a.com', idProperty: 'oql_domain', properties: {}, associations: [] },
    ])
    expect(answer.status).toBe(400)
  })

  test('without idProperty is refused, and so is one on the id of records', async () => {
    const { batch, control } = await startSandbox()
    const { id } = control.insert('companies', { name: 'Acme' })
    const properties = { city: 'Berlin' }
    expect((await batch('upsert', [{ id, properties }])).status).toBe(400)
    for (const what of ['upsert', 'update']) {
      const answer = await batch(what, [{ id, idProperty: 'hs_object_id', properties }])
      expect(answer.status).toBe(400)
      expect(answer.body.message).toContain('non-unique 0-2 property hs_object_id')
    }
    expect(control.record('companies', id)?.properties.city).toBeUndefined()
  })
})
