import { describe, expect, test } from 'vitest'
import { addKey, recordsOf, startSandbox } from './asking.ts'

const NO_LAG = { searchLagMs: 0 }
const filtered = (...filters: object[]) => ({ filterGroups: [{ filters }], properties: ['name'], limit: 200 })
const names = (answer: Parameters<typeof recordsOf>[0]) => recordsOf(answer).map(one => one.properties.name)

describe('search', () => {
  test('sees a write only after the lag, and forgets an archived record as late', async () => {
    const { ask, search, control } = await startSandbox({ searchLagMs: 2_000 })
    const { body } = await ask('POST', '/crm/objects/2026-09/companies', { properties: { name: 'Acme' } })
    const seen = async () => (await search({ filterGroups: [] })).body.total
    control.advance(1_999)
    expect(await seen()).toBe(0)
    control.advance(1)
    expect(await seen()).toBe(1)
    await ask('DELETE', `/crm/objects/2026-09/companies/${body.id}`)
    expect(await seen()).toBe(1)
    control.advance(2_000)
    expect(await seen()).toBe(0)
  })

  test('answers the record as the index knows it', async () => {
    const { ask, search, control } = await startSandbox({ searchLagMs: 2_000 })
    const [company] = control.insertMany('companies', [{ name: 'Old', domain: 'a.com' }])
    await ask('PATCH', `/crm/objects/2026-09/companies/${company?.id}`, { properties: { name: 'New' } })
    const request = filtered({ propertyName: 'domain', operator: 'EQ', value: 'a.com' })
    expect(names(await search(request))).toEqual(['Old'])
    control.advance(2_000)
    expect(names(await search(request))).toEqual(['New'])
  })

  test('compares IN with an index in lower case, as it stands', async () => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [
      { name: 'Acme', domain: 'Acme.com' },
      { name: 'Other', domain: 'o.com' },
    ])
    const by = (values: string[]) => search(filtered({ propertyName: 'domain', operator: 'IN', values }))
    expect(names(await by(['acme.com', 'none.com']))).toEqual(['Acme'])
    expect(names(await by(['Acme.com']))).toEqual([])
  })

  test('misses a domain that was stored with www.', async () => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [{ name: 'Acme', domain: 'www.acme.com' }])
    const answer = await search(filtered({ propertyName: 'domain', operator: 'IN', values: ['acme.com'] }))
    expect(answer.body.total).toBe(0)
  })

  test('finds a record by one of its additional domains only when asked for those', async () => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [
      { name: 'Acme', domain: 'acme.com', hs_additional_domains: 'acme.de;acme.fr' },
    ])
    const by = (propertyName: string) =>
      search(filtered({ propertyName, operator: 'IN', values: ['acme.fr'] }))
    expect(names(await by('hs_additional_domains'))).toEqual(['Acme'])
    expect(names(await by('domain'))).toEqual([])
  })

  test.each([
    [{ propertyName: 'numberofemployees', operator: 'GT', value: '9' }, ['Ten', 'Hundred']],
    [{ propertyName: 'numberofemployees', operator: 'GTE', value: '100' }, ['Hundred']],
    [{ propertyName: 'numberofemployees', operator: 'LT', value: '10' }, ['Two']],
    [{ propertyName: 'numberofemployees', operator: 'LTE', value: '10' }, ['Two', 'Ten']],
    [{ propertyName: 'numberofemployees', operator: 'BETWEEN', value: '3', highValue: '50' }, ['Ten']],
    [{ propertyName: 'numberofemployees', operator: 'EQ', value: '10.0' }, ['Ten']],
    [{ propertyName: 'name', operator: 'EQ', value: 'TWO' }, ['Two']],
    [{ propertyName: 'name', operator: 'NEQ', value: 'two' }, ['Ten', 'Hundred', 'None here']],
    [{ propertyName: 'name', operator: 'NOT_IN', values: ['two', 'ten'] }, ['Hundred', 'None here']],
    [{ propertyName: 'name', operator: 'IN', values: ['TWO', 'ten'] }, ['Ten']],
    [{ propertyName: 'name', operator: 'CONTAINS_TOKEN', value: 'her*' }, ['None here']],
    [{ propertyName: 'numberofemployees', operator: 'HAS_PROPERTY' }, ['Two', 'Ten', 'Hundred']],
    [{ propertyName: 'numberofemployees', operator: 'NOT_HAS_PROPERTY' }, ['None here']],
    [{ propertyName: 'industry', operator: 'IN', values: ['BANKING'] }, ['Ten']],
  ])('understands %o', async (filter, found) => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [
      { name: 'Two', numberofemployees: '2' },
      { name: 'Ten', numberofemployees: '10', industry: 'BANKING' },
      { name: 'Hundred', numberofemployees: '100' },
      { name: 'None here' },
    ])
    expect(names(await search(filtered(filter)))).toEqual(found)
  })

  test('finds what changed since a moment and carries no key', async () => {
    const sandbox = await startSandbox(NO_LAG)
    await addKey(sandbox)
    const { control, search } = sandbox
    control.insert('companies', { name: 'Long ago', createdate: '2026-01-01T00:00:00Z' })
    control.insert('companies', { name: 'Linked', oql_domain: 'linked.com' })
    control.insert('companies', { name: 'New' })
    const since = String(Date.parse('2026-11-24T12:00:00Z'))
    const request = filtered(
      { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: since },
      { propertyName: 'oql_domain', operator: 'NOT_HAS_PROPERTY' },
    )
    expect(names(await search(request))).toEqual(['New'])
  })

  test('meets any of its groups, and all filters of a group', async () => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [
      { name: 'A', domain: 'a.com', city: 'Berlin' },
      { name: 'B', domain: 'b.com', city: 'Paris' },
      { name: 'C', domain: 'c.com', city: 'Berlin' },
    ])
    const domain = (value: string) => ({ propertyName: 'domain', operator: 'EQ', value })
    const berlin = { propertyName: 'city', operator: 'EQ', value: 'berlin' }
    const answer = await search({
      filterGroups: [{ filters: [domain('b.com'), berlin] }, { filters: [domain('c.com'), berlin] }],
      properties: ['name'],
    })
    expect(names(answer)).toEqual(['C'])
  })

  test('sorts numbers as numbers and by id as it grows, either way', async () => {
    const { search, control } = await startSandbox()
    control.insertMany('companies', [
      ...['100', '9', '20'].map(numberofemployees => ({ name: numberofemployees, numberofemployees })),
      { name: 'none' },
      ...Array.from({ length: 10 }, () => ({ name: 'filler', city: 'x' })),
    ])
    const by = (sorts: unknown[]) =>
      search({ ...filtered({ propertyName: 'city', operator: 'NOT_HAS_PROPERTY' }), sorts })
    expect(names(await by(['numberofemployees']))).toEqual(['9', '20', '100', 'none'])
    expect(names(await by([{ propertyName: 'numberofemployees', direction: 'DESCENDING' }]))).toEqual([
      '100',
      '20',
      '9',
      'none',
    ])
    const all = recordsOf(await search({ filterGroups: [], sorts: ['-hs_object_id'], limit: 200 }))
    const ids = all.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(new Set(all.map(({ id }) => id.length)).size).toBeGreaterThan(1)
  })

  test('pages, and ends at 10,000 results', async () => {
    const { search, control } = await startSandbox({ unlimited: true })
    control.insertMany(
      'companies',
      Array.from({ length: 10_100 }, (_, n) => ({ name: `Company ${n}` })),
    )
    const first = await search({ filterGroups: [], limit: 200 })
    expect(first.body).toMatchObject({ total: 10_100, paging: { next: { after: expect.any(String) } } })
    const second = await search({ filterGroups: [], limit: 200, after: first.body.paging?.next.after })
    expect(recordsOf(second)[0]?.id).not.toBe(recordsOf(first)[0]?.id)
    // HubSpot takes a number in its place, and gives none that anybody could count on.
    expect(first.body.paging?.next.after).not.toMatch(/^\d+$/)
    const last = await search({ filterGroups: [], limit: 200, after: '9800' })
    expect(recordsOf(last)).toHaveLength(200)
    const beyond = last.body.paging?.next.after
    expect((await search({ filterGroups: [], limit: 200, after: beyond })).status).toBe(400)
    const rest = filtered({ propertyName: 'hs_object_id', operator: 'GT', value: recordsOf(last).at(-1)?.id })
    expect((await search(rest)).body.total).toBe(100)
  })

  test.each([
    ['a page of 201', { limit: 201 }],
    [
      'six groups',
      { filterGroups: Array(6).fill({ filters: [{ propertyName: 'name', operator: 'HAS_PROPERTY' }] }) },
    ],
    [
      'seven filters in a group',
      filtered(...Array(7).fill({ propertyName: 'name', operator: 'HAS_PROPERTY' })),
    ],
    [
      '20 filters in all',
      {
        filterGroups: Array(4).fill({
          filters: Array(5).fill({ propertyName: 'name', operator: 'HAS_PROPERTY' }),
        }),
      },
    ],
    ['a property that is not there', filtered({ propertyName: 'nope', operator: 'HAS_PROPERTY' })],
    ['an operator that is not there', filtered({ propertyName: 'name', operator: 'LIKE', value: 'a' })],
    ['IN without values', filtered({ propertyName: 'name', operator: 'IN', value: 'a' })],
    ['an empty value', filtered({ propertyName: 'name', operator: 'EQ', value: '' })],
    ['a number that is none', filtered({ propertyName: 'numberofemployees', operator: 'GT', value: 'x' })],
    ['two sorts', { sorts: ['name', 'domain'] }],
    ['a property nobody defined', { filterGroups: [], foo: 1 }],
  ])('refuses %s', async (_what, request) => {
    const { search } = await startSandbox()
    expect(await search(request)).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } })
  })

  test('has a limit of its own of five a second, and tells nothing of limits', async () => {
    const { search, ask, control } = await startSandbox()
    for (let n = 0; n < 5; n++) {
      const answer = await search({ filterGroups: [] })
      expect(answer.status).toBe(200)
      expect([...answer.headers.keys()].filter(name => name.includes('ratelimit'))).toEqual([])
    }
    expect(await search({ filterGroups: [] })).toMatchObject({
      status: 429,
      body: { errorType: 'RATE_LIMIT', policyName: 'SECONDLY' },
    })
    expect((await ask('GET', '/crm/objects/2026-09/companies')).status).toBe(200)
    control.advance(1_000)
    expect((await search({ filterGroups: [] })).status).toBe(200)
  })
})
