import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RequestFailed } from '../../../src/contract/index.ts'
import {
  complete,
  countedCall,
  openSession,
  paths,
  portal,
  readAll,
  record,
  validationError,
  withProperties,
} from './portal.ts'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  expect(pending).toEqual([])
})

const page = (records: object[], after?: string) => ({
  results: records,
  ...(after === undefined ? {} : { paging: { next: { after, link: 'https://ignored.test' } } }),
})
const found = (records: object[], total: number, after?: string) => ({ total, ...page(records, after) })

interface SearchBody {
  filterGroups: { filters: { propertyName: string; operator: string; value?: string; values?: string[] }[] }[]
  sorts: string[]
  limit: number
  after?: string
  properties: string[]
}

/** The id that the page has to begin above. */
function idAbove(body: SearchBody): number {
  const filter = body.filterGroups[0]?.filters.find(({ propertyName }) => propertyName === 'hs_object_id')
  return filter?.operator === 'GT' ? Number(filter.value) : 0
}

/** Answers each search by a rule, and keeps what was asked. */
function searches(answer: (body: SearchBody) => object): SearchBody[] {
  const asked: SearchBody[] = []
  portal()
    .post(paths.search)
    .times(300)
    .optionally()
    .reply(async (request: Request) => {
      const body: SearchBody = JSON.parse(await request.text())
      asked.push(body)
      return [200, answer(body)]
    })
  return asked
}

test('all records come page by page, each field as its type says and an empty one as null', async () => {
  withProperties(portal())
  const query = { limit: '100', archived: 'false', properties: 'name,oql_score' }
  portal()
    .get(paths.list)
    .query(query)
    .reply(200, page([record('1', { name: 'A', oql_score: '12.50' })], '100'))
  portal()
    .get(paths.list)
    .query({ ...query, after: '100' })
    .reply(200, page([record('2', { name: '', oql_score: null }), record('3')]))
  const session = await openSession()
  const records = await readAll(session, { object: 'companies', all: true }, ['name', 'oql_score'])
  expect(records).toEqual([
    {
      remoteId: '1',
      fields: { name: 'A', oql_score: 12.5 },
      createdAt: new Date('2026-01-02T03:04:05.678Z'),
    },
    { remoteId: '2', fields: { name: null, oql_score: null }, createdAt: expect.any(Date) },
    { remoteId: '3', fields: { name: null, oql_score: null }, createdAt: expect.any(Date) },
  ])
})

test.each([
  ['oql_stage_since', '2026-11-20', '2026-11-20'],
  ['oql_stage_since', '1763596800000', '2025-11-20'],
  ['oql_seen_at', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
  ['oql_seen_at', '1763596800000', '2025-11-20T00:00:00.000Z'],
  ['is_customer', 'true', true],
  ['is_customer', 'false', false],
  ['oql_score', '0', 0],
  ['hubspot_owner_id', '12345', '12345'],
  ['domain', '1234', '1234'],
])('%s %j is read as %j', async (name, wire, value) => {
  withProperties(portal())
  portal()
    .get(paths.list)
    .query(true)
    .reply(200, page([record('1', { [name]: wire })]))
  const session = await openSession()
  const records = await readAll(session, { object: 'companies', all: true }, [name])
  expect(records[0]?.fields).toEqual({ [name]: value })
})

test('records are searched by domain in lower case, a hundred values at a time, in the lane of search', async () => {
  withProperties(portal())
  const asked = searches(body =>
    idAbove(body) === 0
      ? found([record('1', { domain: 'a.com' }), record('2', { domain: 'a.com' })], 3, '2')
      : found([record('3', { domain: 'b.com' })], 3),
  )
  const session = await openSession()
  const call = countedCall()
  const values = ['A.com', 'a.com', ...Array.from({ length: 100 }, (_, index) => `c${index}.com`)]
  const records = await readAll(session, { object: 'companies', by: 'domain', values }, ['domain'], call)
  expect(asked.map(body => body.filterGroups[0]?.filters[0]?.values?.length)).toEqual([100, 100, 1, 1])
  expect(asked[0]?.filterGroups[0]?.filters).toMatchObject([{ propertyName: 'domain', operator: 'IN' }])
  expect(asked[0]?.filterGroups[0]?.filters[0]?.values?.slice(0, 2)).toEqual(['a.com', 'c0.com'])
  // Every match comes through, two of one domain as well: which is the account's is not decided here.
  expect(records.map(({ remoteId }) => remoteId)).toEqual(['1', '2', '3', '1', '2', '3'])
  expect(call.sent.slice(1)).toEqual(Array(4).fill({ kind: 'read', lane: 'search' }))
})

test('a search that HubSpot does not continue above the last id ends as a bug, not in a circle', async () => {
  withProperties(portal())
  searches(() => found([record('1')], 500, '200'))
  const session = await openSession()
  const reading = readAll(session, { object: 'companies', by: 'domain', values: ['a.com'] }, ['domain'])
  await expect(reading).rejects.toMatchObject({ fault: 'bug' })
})

test('additional domains are a search of their own', async () => {
  withProperties(portal())
  const asked = searches(() => found([record('1', { domain: 'a.com' })], 1))
  const session = await openSession()
  await readAll(session, { object: 'companies', by: 'hs_additional_domains', values: ['a.io'] }, ['domain'])
  expect(asked[0]?.filterGroups).toEqual([
    { filters: [{ propertyName: 'hs_additional_domains', operator: 'IN', values: ['a.io'] }] },
  ])
})

test('our key is never searched, because the index lags: it is read, and unknown ones are absent', async () => {
  withProperties(portal())
  portal()
    .post(
      paths.batchRead,
      body =>
        body.idProperty === 'oql_domain' &&
        body.inputs.map(({ id }: { id: string }) => id).join() === 'a.com,b.com',
    )
    .reply(207, {
      ...complete([record('1', { oql_domain: 'a.com' })]),
      numErrors: 1,
      errors: [
        { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'not found', context: { ids: ['b.com'] } },
      ],
    })
  const session = await openSession()
  const call = countedCall()
  const values = ['a.com', 'B.com', 'b.com']
  const records = await readAll(
    session,
    { object: 'companies', by: 'oql_domain', values },
    ['oql_domain'],
    call,
  )
  expect(records).toMatchObject([{ remoteId: '1', fields: { oql_domain: 'a.com' } }])
  expect(call.sent.some(({ lane }) => lane === 'search')).toBe(false)
})

test('new and unlinked records are asked for by change date and absent key, always on from the last id', async () => {
  withProperties(portal())
  const asked = searches(body => {
    // Each page read is written to before the next is asked for: its records carry our key and leave the results.
    const above = idAbove(body)
    const ids = Array.from({ length: Math.min(200, 10_250 - above) }, (_, index) => String(above + index + 1))
    return found(
      ids.map(id => record(id)),
      10_250 - above,
      above + 200 < 10_250 ? '200' : undefined,
    )
  })
  const session = await openSession()
  const changedSince = new Date('2026-11-01T00:00:00Z')
  const records = await readAll(session, { object: 'companies', changedSince, unlinked: true }, ['name'])
  expect(new Set(records.map(({ remoteId }) => remoteId)).size).toBe(10_250)
  expect(asked[0]).toMatchObject({
    limit: 200,
    sorts: ['hs_object_id'],
    filterGroups: [
      {
        filters: [
          { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(changedSince.getTime()) },
          { propertyName: 'oql_domain', operator: 'NOT_HAS_PROPERTY' },
        ],
      },
    ],
  })
  // No offset: it ends at the 10,000th result, and skips when records leave the results.
  expect(asked.every(({ after }) => after === undefined)).toBe(true)
  expect(asked).toHaveLength(52)
})

test('ids: a merged one answers with the new id and says which was asked; missing and impossible ones are absent', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchRead, body => body.inputs.map(({ id }: { id: string }) => id).join() === '1,2,3')
    .reply(207, {
      ...complete([
        record('99', { name: 'Merged', hs_merged_object_ids: '2;8' }),
        record('1', { name: 'A' }),
      ]),
      errors: [
        { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'not found', context: { ids: ['3'] } },
      ],
    })
  const session = await openSession()
  const ids = ['1', '2', '3', '2', 'no-id']
  const records = await readAll(session, { object: 'companies', ids }, ['name'])
  expect(records).toMatchObject([
    { remoteId: '1', fields: { name: 'A' } },
    { remoteId: '99', fields: { name: 'Merged' }, askedId: '2' },
  ])
  expect(records[0]).not.toHaveProperty('askedId')
})

test('ids: without the list of merged ids, those that no answer explains are looked at one by one', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchRead)
    .reply(200, complete([record('99'), record('1')]))
  portal().get(`${paths.list}/2`).reply(404, { status: 'error', message: 'resource not found' })
  portal().get(`${paths.list}/3`).reply(200, record('99'))
  const session = await openSession()
  const records = await readAll(session, { object: 'companies', ids: ['1', '2', '3'] }, ['name'])
  expect(records.map(({ remoteId, askedId }) => [remoteId, askedId])).toEqual([
    ['1', undefined],
    ['99', '3'],
  ])
})

test('ids: one that HubSpot names as missing is not asked for again', async () => {
  withProperties(portal())
  const missing = {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: 'not found',
    context: { ids: ['2'] },
  }
  portal()
    .post(paths.batchRead)
    .reply(207, { ...complete([record('99')]), errors: [missing] })
  portal().get(`${paths.list}/1`).reply(200, record('99'))
  const session = await openSession()
  const call = countedCall()
  const records = await readAll(session, { object: 'companies', ids: ['1', '2'] }, ['name'], call)
  expect(records).toMatchObject([{ remoteId: '99', askedId: '1' }])
  expect(call.sent).toHaveLength(3)
})

test('ids: two that were merged into one and fail as duplicates are read apart', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchRead, body => body.inputs.length === 2)
    .reply(400, validationError('Duplicate IDs found in batch input: [99]. IDs must be unique'))
  for (const id of ['1', '2']) {
    portal()
      .post(paths.batchRead, body => body.inputs.length === 1 && body.inputs[0].id === id)
      .reply(200, complete([record('99', { hs_merged_object_ids: '1;2' })]))
  }
  const session = await openSession()
  const records = await readAll(session, { object: 'companies', ids: ['1', '2'] }, ['name'])
  expect(records.map(({ remoteId, askedId }) => [remoteId, askedId])).toEqual([
    ['99', '1'],
    ['99', '2'],
  ])
})

test('an error of a batch read that is not about an unknown id is no absence', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchRead)
    .reply(207, {
      ...complete([record('1')]),
      errors: [
        { status: 'error', category: 'INTERNAL_ERROR', message: 'shard down', context: { ids: ['2'] } },
      ],
    })
  const session = await openSession()
  const reading = readAll(session, { object: 'companies', ids: ['1', '2'] }, ['name'])
  await expect(reading).rejects.toMatchObject({ failure: { kind: 'transient', message: 'shard down' } })
})

test('a batch of which nothing is there is empty, also where HubSpot answers 404', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchRead)
    .reply(404, { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'none' })
  const session = await openSession()
  expect(await readAll(session, { object: 'companies', ids: ['1'] }, ['name'])).toEqual([])
})

test('a 404 that does not speak of records is a fault, and makes nobody absent', async () => {
  withProperties(portal())
  portal().post(paths.batchRead).reply(404, { status: 'error', message: 'resource not found' })
  const session = await openSession()
  const reading = readAll(session, { object: 'companies', ids: ['1'] }, ['name'])
  await expect(reading).rejects.toMatchObject({ failure: { code: 'HTTP_404' } })
})

test('a field that nothing can be looked up by is a bug, said before anything is asked', async () => {
  withProperties(portal())
  const session = await openSession()
  const reading = readAll(session, { object: 'companies', by: 'phone', values: ['1'] }, ['name'])
  await expect(reading).rejects.toMatchObject({ fault: 'bug' })
})

test('a read whose field types cannot be told fails, and the next one asks again', async () => {
  portal().get(paths.properties).query(true).reply(503, '<html>down</html>')
  withProperties(portal())
  portal().get(paths.list).query(true).reply(200, page([]))
  const session = await openSession()
  await expect(readAll(session, { object: 'companies', all: true }, ['name'])).rejects.toBeInstanceOf(
    RequestFailed,
  )
  expect(await readAll(session, { object: 'companies', all: true }, ['name'])).toEqual([])
})

test.each([
  [{ object: 'companies', ids: Array.from({ length: 101 }, (_, index) => `${index}`) }, 2],
  [{ object: 'companies', by: 'domain', values: Array.from({ length: 250 }, (_, index) => `${index}`) }, 3],
  [{ object: 'companies', by: 'oql_domain', values: [] }, 0],
])('what a lookup costs is known without a call', async (query, calls) => {
  const session = await openSession()
  const call = countedCall()
  expect(await session.estimate(query, call)).toEqual({ calls })
  expect(call.sent).toEqual([])
})

test('an empty CRM costs one call to see that it is', async () => {
  searches(() => found([], 0))
  const session = await openSession()
  expect(await session.estimate({ object: 'companies', all: true }, countedCall())).toEqual({ calls: 1 })
})

test('what all records cost is told by one search, once in a session', async () => {
  const asked = searches(body => found([], body.filterGroups.length === 0 ? 12_345 : 401))
  const session = await openSession()
  const call = countedCall()
  expect(await session.estimate({ object: 'companies', all: true }, call)).toEqual({ calls: 124 })
  expect(await session.estimate({ object: 'companies', all: true }, call)).toEqual({ calls: 124 })
  const changed = { object: 'companies', changedSince: new Date(0), unlinked: true } as const
  expect(await session.estimate(changed, call)).toEqual({ calls: 3 })
  expect(asked.map(({ limit }) => limit)).toEqual([1, 1])
})
