import { describe, expect, test } from 'vitest'
import { addKey, newProperty, startSandbox } from './asking.ts'

const PATH = '/crm/properties/2026-09/companies'
const option = (value: string, displayOrder = 0) => ({ value, label: value, displayOrder, hidden: false })
const list = (name: string, ...values: string[]) =>
  newProperty(name, { type: 'enumeration', fieldType: 'select', options: values.map(option) })

describe('properties', () => {
  test('are there from the beginning, the read-only ones marked', async () => {
    const { ask } = await startSandbox()
    const { body } = await ask('GET', PATH)
    const named = (name: string) => body.results.find(one => one.name === name)
    for (const name of ['name', 'domain', 'hs_additional_domains', 'hubspot_owner_id', 'numberofemployees']) {
      expect(named(name), name).toMatchObject({ modificationMetadata: { readOnlyValue: false } })
    }
    for (const name of ['hs_object_id', 'createdate', 'hs_lastmodifieddate']) {
      expect(named(name), name).toMatchObject({ modificationMetadata: { readOnlyValue: true } })
    }
  })

  test('are made in a group that is there, and not twice', async () => {
    const { ask } = await startSandbox()
    const stage = { ...list('oql_stage', 'interest'), groupName: 'oql' }
    expect((await ask('POST', PATH, stage)).status).toBe(400)
    expect((await ask('POST', `${PATH}/groups`, { name: 'oql', label: 'OQL' })).status).toBe(201)
    expect((await ask('POST', `${PATH}/groups`, { name: 'oql', label: 'OQL' })).status).toBe(409)
    expect((await ask('POST', PATH, stage)).status).toBe(201)
    expect(await ask('POST', PATH, stage)).toMatchObject({ status: 409, body: { category: 'CONFLICT' } })
    expect((await ask('GET', `${PATH}/oql_stage`)).body.groupName).toBe('oql')
  })

  test.each([
    ['no label', { name: 'oql_a', type: 'string', fieldType: 'text', groupName: 'companyinformation' }],
    ['a name with capitals', newProperty('OqlStage')],
    ['a name of HubSpot', newProperty('hs_mine')],
    ['a field type of another type', newProperty('oql_a', { type: 'number', fieldType: 'text' })],
    [
      'options without displayOrder',
      newProperty('oql_a', {
        type: 'enumeration',
        fieldType: 'select',
        options: [{ value: 'a', label: 'a' }],
      }),
    ],
    ['two options of one value', list('oql_a', 'same', 'same')],
    [
      'a checkbox without its two options',
      newProperty('oql_a', { type: 'bool', fieldType: 'booleancheckbox' }),
    ],
    ['unique dates', newProperty('oql_a', { type: 'date', fieldType: 'date', hasUniqueValue: true })],
  ])('are refused with %s', async (_what, property) => {
    const { ask } = await startSandbox()
    expect(await ask('POST', PATH, property)).toMatchObject({ status: 400 })
    expect((await ask('GET', `${PATH}/oql_a`)).status).toBe(404)
  })

  test('lose the options that a PATCH leaves out', async () => {
    const { ask } = await startSandbox()
    await ask('POST', PATH, list('oql_stage', 'interest', 'theirs'))
    await ask('PATCH', `${PATH}/oql_stage`, { options: [option('inactive')] })
    const { body } = await ask('GET', `${PATH}/oql_stage`)
    expect(body.options).toMatchObject([{ value: 'inactive' }])
    const write = { properties: { name: 'A', oql_stage: 'theirs' } }
    expect((await ask('POST', '/crm/objects/2026-09/companies', write)).status).toBe(400)
  })

  test('stay as unique as they were made: a PATCH answers 200 and does nothing', async () => {
    const { ask } = await startSandbox()
    await ask('POST', PATH, newProperty('oql_domain'))
    const answer = await ask('PATCH', `${PATH}/oql_domain`, { hasUniqueValue: true })
    expect(answer).toMatchObject({ status: 200, body: { hasUniqueValue: false } })
    expect((await ask('GET', `${PATH}/oql_domain`)).body.hasUniqueValue).toBe(false)
  })

  test('can be unique ten times on an object', async () => {
    const sandbox = await startSandbox()
    for (let n = 0; n < 10; n++) await addKey(sandbox, `oql_${n}`)
    await expect(addKey(sandbox, 'oql_10')).rejects.toThrow('at most 10 unique')
    expect((await sandbox.ask('POST', PATH, newProperty('oql_plain'))).status).toBe(201)
  })

  test('are gone when archived, and come back as they were', async () => {
    const { ask, control } = await startSandbox()
    await ask('POST', PATH, newProperty('oql_note', { label: 'First' }))
    const { id } = control.insert('companies', { name: 'A', oql_note: 'kept' })
    expect((await ask('DELETE', `${PATH}/oql_note`)).status).toBe(204)
    expect((await ask('GET', `${PATH}/oql_note`)).status).toBe(404)
    expect((await ask('GET', `${PATH}/oql_note?archived=true`)).status).toBe(200)
    const update = { properties: { oql_note: 'x' } }
    expect((await ask('PATCH', `/crm/objects/2026-09/companies/${id}`, update)).text).toContain(
      'PROPERTY_DOESNT_EXIST',
    )
    const restored = await ask(
      'POST',
      PATH,
      newProperty('oql_note', { label: 'Second', type: 'number', fieldType: 'number' }),
    )
    expect(restored).toMatchObject({ status: 201, body: { label: 'First', type: 'string' } })
    const read = await ask('GET', `/crm/objects/2026-09/companies/${id}?properties=oql_note`)
    expect(read.body.properties.oql_note).toBe('kept')
  })

  test("of HubSpot are nobody's to change", async () => {
    const { ask } = await startSandbox()
    expect((await ask('PATCH', `${PATH}/name`, { label: 'x' })).status).toBe(400)
    expect((await ask('DELETE', `${PATH}/name`)).status).toBe(400)
  })
})
