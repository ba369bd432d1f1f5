import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change, Result } from '../../../src/contract/index.ts'
import {
  complete,
  countedCall,
  openSession,
  paths,
  portal,
  property,
  record,
  TOKEN,
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

interface Body {
  inputs: {
    id: string
    idProperty?: string
    properties: Record<string, string>
    objectWriteTraceId: string
  }[]
}

const update = (
  key: string,
  remoteId: string,
  fields: Change['fields'] = { oql_stage: 'interest' },
): Change => ({
  key,
  object: 'companies',
  remoteId,
  fields,
})
const create = (key: string, fields: Change['fields'] = { name: key, oql_domain: key }): Change => ({
  key,
  object: 'companies',
  fields,
})
const byKey = (results: Result[]) => new Map(results.map(result => [result.key, result]))

/** Answers each batch by a rule, and keeps what was asked. */
function batches(path: string, answer: (inputs: Body['inputs']) => [number, object]): Body['inputs'][] {
  const asked: Body['inputs'][] = []
  portal()
    .post(path)
    .times(300)
    .optionally()
    .reply(async (request: Request) => {
      const { inputs }: Body = JSON.parse(await request.text())
      asked.push(inputs)
      return answer(inputs)
    })
  return asked
}

test('values go out as HubSpot takes them, by the type of their property', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, inputs => [200, complete(inputs.map(({ id }) => record(id)))])
  const session = await openSession()
  await session.write(
    [
      update('acme.com', '1', {
        oql_score: 12.5,
        is_customer: false,
        oql_stage_since: '2026-11-20T23:30:00-05:00',
        oql_seen_at: '2026-11-20',
        oql_stage: null,
        name: '2026-11-20',
      }),
    ],
    countedCall(),
  )
  expect(asked[0]?.[0]?.properties).toEqual({
    oql_score: '12.5',
    is_customer: 'false',
    oql_stage_since: '2026-11-21',
    oql_seen_at: '2026-11-20T00:00:00.000Z',
    oql_stage: '',
    name: '2026-11-20',
  })
})

test('creates upsert on our key, never on domain, and tell made from found', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpsert, inputs => [
    200,
    complete(
      inputs
        .map(input =>
          record(`9${input.objectWriteTraceId}`, input.properties, { new: input.id === 'new.com' }),
        )
        .reverse(),
    ),
  ])
  const session = await openSession()
  const results = await session.write([create('New.com'), create('old.com', { name: 'Old' })], countedCall())
  expect(asked[0]).toMatchObject([
    { id: 'new.com', idProperty: 'oql_domain', properties: { oql_domain: 'new.com' } },
    { id: 'old.com', idProperty: 'oql_domain', properties: { oql_domain: 'old.com', name: 'Old' } },
  ])
  expect(results).toEqual([
    { key: 'New.com', status: 'created', remoteId: '90' },
    { key: 'old.com', status: 'written', remoteId: '91' },
  ])
})

test('each input has a trace id of its own; the errors of a 207 are read by it', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, inputs => [
    207,
    complete(
      inputs.filter(({ id }) => id !== '2').map(({ id }) => record(id)),
      {
        numErrors: 1,
        errors: [
          validationError(
            'Property values were not valid: [{"isValid":false,"message":"nope was not one of the allowed options","error":"INVALID_OPTION","name":"oql_stage"}]',
            { context: { objectWriteTraceId: [inputs.find(({ id }) => id === '2')?.objectWriteTraceId] } },
          ),
        ],
      },
    ),
  ])
  const session = await openSession()
  const results = await session.write(
    [update('a.com', '1'), update('b.com', '2'), update('c.com', '3')],
    countedCall(),
  )
  expect(new Set(asked[0]?.map(input => input.objectWriteTraceId)).size).toBe(3)
  expect(results).toEqual([
    { key: 'a.com', status: 'written', remoteId: '1' },
    {
      key: 'b.com',
      status: 'failed',
      failure: {
        kind: 'invalid',
        message: 'Property values were not valid: nope was not one of the allowed options',
        code: 'INVALID_OPTION',
        field: 'oql_stage',
        trace: 'corr-1',
      },
    },
    { key: 'c.com', status: 'written', remoteId: '3' },
  ])
})

test('errors that stand in a 200 are errors too', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, () => [
    200,
    complete([record('1')], {
      errors: [
        {
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          message: 'Could not get some objects, they may be deleted',
          context: { ids: ['2'] },
        },
      ],
    }),
  ])
  const session = await openSession()
  const results = byKey(await session.write([update('a.com', '1'), update('b.com', '2')], countedCall()))
  expect(results.get('a.com')).toMatchObject({ status: 'written' })
  expect(results.get('b.com')).toMatchObject({ status: 'failed', failure: { kind: 'gone' } })
})

test('results in another order go to the record that they are of', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, inputs => [200, complete(inputs.map(({ id }) => record(id)).reverse())])
  const session = await openSession()
  const changes = ['1', '2', '3'].map(id => update(`${id}.com`, id))
  const results = await session.write(changes, countedCall())
  expect(results.map(result => 'remoteId' in result && [result.key, result.remoteId])).toEqual([
    ['1.com', '1'],
    ['2.com', '2'],
    ['3.com', '3'],
  ])
})

test('a batch refused whole is halved until the bad one stands alone', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, inputs =>
    inputs.some(({ id }) => id === '63')
      ? [400, validationError('Invalid input JSON')]
      : [200, complete(inputs.map(({ id }) => record(id)))],
  )
  const session = await openSession()
  const call = countedCall()
  const changes = Array.from({ length: 100 }, (_, index) => update(`c${index}.com`, String(index + 1)))
  const results = await session.write(changes, call)
  expect(results).toHaveLength(100)
  expect(results.filter(({ status }) => status === 'failed')).toMatchObject([
    { key: 'c62.com', failure: { kind: 'invalid', message: 'Invalid input JSON', trace: 'corr-1' } },
  ])
  // 100 → 50 → 25 → 13 → 7 → 4 → 2 → 1, and the good halves once each.
  expect(asked.length).toBeLessThanOrEqual(15)
  expect(call.sent.filter(({ kind }) => kind === 'write')).toHaveLength(asked.length)
})

test('a property that is not there fails who names it, in one more call and not in two hundred', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, inputs =>
    inputs.some(({ properties }) => 'oql_gone' in properties)
      ? [
          400,
          validationError('Property "oql_gone" does not exist', {
            errors: [
              {
                message: 'Property "oql_gone" does not exist',
                code: 'PROPERTY_DOESNT_EXIST',
                context: { propertyName: ['oql_gone'] },
              },
            ],
          }),
        ]
      : [200, complete(inputs.map(({ id }) => record(id)))],
  )
  const session = await openSession()
  const changes = Array.from({ length: 50 }, (_, index) =>
    update(`c${index}.com`, String(index + 1), index % 2 ? { oql_gone: 'x' } : { oql_score: 1 }),
  )
  const results = await session.write(changes, countedCall())
  expect(asked).toHaveLength(2)
  expect(results.filter(({ status }) => status === 'written')).toHaveLength(25)
  expect(results.find(({ status }) => status === 'failed')).toMatchObject({
    failure: { kind: 'invalid', code: 'PROPERTY_DOESNT_EXIST', field: 'oql_gone' },
  })
})

test('one id twice is never sent in one batch', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, inputs => [200, complete(inputs.map(({ id }) => record(id)))])
  const session = await openSession()
  const results = await session.write([update('a.com', '1'), update('b.com', '1')], countedCall())
  expect(asked.map(inputs => inputs.map(({ id }) => id))).toEqual([['1'], ['1']])
  expect(results.map(({ status }) => status)).toEqual(['written', 'written'])
})

test('two ids that were merged into one record are set apart when HubSpot calls them duplicates', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, inputs =>
    inputs.length > 1
      ? [400, validationError('Duplicate IDs found in batch input: [99]. IDs must be unique')]
      : [200, complete([record('99', {}, { objectWriteTraceId: inputs[0]?.objectWriteTraceId })])],
  )
  const session = await openSession()
  const results = await session.write([update('a.com', '1'), update('b.com', '2')], countedCall())
  expect(results).toEqual([
    { key: 'a.com', status: 'written', remoteId: '99' },
    { key: 'b.com', status: 'written', remoteId: '99' },
  ])
})

test.each([
  ['its trace id', { objectWriteTraceId: '1' }, {}, 0],
  ['the ids merged into it', {}, { hs_merged_object_ids: '2;7' }, 0],
  ['a look at the old id', {}, {}, 1],
])('a merged record comes back under its new id, known by %s', async (_by, more, properties, reads) => {
  withProperties(portal())
  batches(paths.batchUpdate, () => [200, complete([record('99', properties, more), record('1')])])
  if (reads > 0) portal().get(`${paths.list}/2`).reply(200, record('99'))
  const session = await openSession()
  const call = countedCall()
  const results = await session.write([update('a.com', '1'), update('b.com', '2')], call)
  expect(results).toEqual([
    { key: 'a.com', status: 'written', remoteId: '1' },
    { key: 'b.com', status: 'written', remoteId: '99' },
  ])
  expect(call.sent.filter(({ kind }) => kind === 'read')).toHaveLength(1 + reads)
})

test('an upsert whose answer has neither trace nor key is looked up by the key, not searched', async () => {
  withProperties(portal())
  batches(paths.batchUpsert, () => [200, complete([record('7', {}, { new: true })])])
  portal()
    .post(paths.batchRead, body => body.idProperty === 'oql_domain' && body.inputs[0].id === 'a.com')
    .reply(200, complete([record('7', { oql_domain: 'a.com' })]))
  const session = await openSession()
  expect(await session.write([create('a.com')], countedCall())).toEqual([
    { key: 'a.com', status: 'created', remoteId: '7' },
  ])
})

test('an error that names nobody is of the one that no result speaks of', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, () => [
    207,
    complete([record('1')], { errors: [{ status: 'error', message: 'something is wrong' }] }),
  ])
  const session = await openSession()
  const results = byKey(await session.write([update('a.com', '1'), update('b.com', '2')], countedCall()))
  expect(results.get('a.com')).toMatchObject({ status: 'written' })
  expect(results.get('b.com')).toMatchObject({ status: 'failed', failure: { message: 'something is wrong' } })
})

/** HubSpot refuses the company 3, and says so without saying whose the error is. */
function unnamed(inputs: Body['inputs']): [number, object] {
  const good = inputs.filter(({ id }) => id !== '3')
  const errors = good.length < inputs.length ? [{ status: 'error', message: 'something is wrong' }] : []
  return [200, complete(inputs.length > 2 ? [record('1')] : good.map(({ id }) => record(id)), { errors })]
}

test('an error that may be of several is nobody’s: they are sent again, until the bad one stands alone', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, unnamed)
  const session = await openSession()
  const changes = ['1', '2', '3', '4', '5'].map(id => update(`${id}.com`, id))
  const results = byKey(await session.write(changes, countedCall()))
  for (const id of ['1', '2', '4', '5']) {
    expect(results.get(`${id}.com`)).toMatchObject({ status: 'written', remoteId: id })
  }
  expect(results.get('3.com')).toMatchObject({ failure: { kind: 'invalid', message: 'something is wrong' } })
  expect(asked.map(inputs => inputs.map(({ id }) => id).join(''))).toEqual(['12345', '23', '45'])
})

test('an error of nobody that will pass refuses nobody', async () => {
  withProperties(portal())
  const asked = batches(paths.batchUpdate, () => [
    200,
    complete([record('1')], { errors: [{ status: 'error', category: 'RATE_LIMITS', message: 'later' }] }),
  ])
  const session = await openSession()
  const changes = ['1', '2', '3'].map(id => update(`${id}.com`, id))
  const results = byKey(await session.write(changes, countedCall()))
  for (const key of ['2.com', '3.com']) {
    expect(results.get(key)).toMatchObject({ failure: { kind: 'unknown_outcome' } })
  }
  expect(asked).toHaveLength(1)
})

test('a record that the answer leaves out has an unknown outcome', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, () => [200, complete([record('1')])])
  const session = await openSession()
  const results = byKey(await session.write([update('a.com', '1'), update('b.com', '2')], countedCall()))
  expect(results.get('b.com')).toMatchObject({ status: 'failed', failure: { kind: 'unknown_outcome' } })
})

test('a unique value that is taken is a duplicate of its own record alone', async () => {
  withProperties(portal())
  batches(paths.batchUpdate, inputs => [
    207,
    complete([record('1')], {
      errors: [
        validationError(
          'Property values were not valid: [{"isValid":false,"message":"b.com already has that value.","error":"CONFLICTING_UNIQUE_VALUE","name":"oql_domain"}]',
          { context: { objectWriteTraceId: [inputs[1]?.objectWriteTraceId] } },
        ),
      ],
    }),
  ])
  const session = await openSession()
  const results = byKey(
    await session.write([update('a.com', '1'), update('b.com', '2', { oql_domain: 'b.com' })], countedCall()),
  )
  expect(results.get('b.com')).toMatchObject({
    failure: { kind: 'duplicate', field: 'oql_domain', code: 'CONFLICTING_UNIQUE_VALUE' },
  })
})

test("an admin's validation rule is the record's own fault", async () => {
  withProperties(portal())
  batches(paths.batchUpsert, () => [
    400,
    validationError('Some required properties were not set.', {
      errors: [
        {
          message: 'Industry is required',
          code: 'MISSING_REQUIRED_PROPERTY',
          context: { propertyName: ['industry'] },
        },
      ],
    }),
  ])
  const session = await openSession()
  expect(await session.write([create('a.com')], countedCall())).toMatchObject([
    {
      status: 'failed',
      failure: { kind: 'invalid', code: 'MISSING_REQUIRED_PROPERTY', field: 'industry', trace: 'corr-1' },
    },
  ])
})

test.each([
  [502, 'unknown_outcome', '<html>Bad gateway</html>'],
  [504, 'unknown_outcome', '<html>Gateway timeout</html>'],
  [500, 'unknown_outcome', '{"status":"error","message":"internal error","correlationId":"c"}'],
  [423, 'throttled', '{"status":"error","message":"locked"}'],
  [403, 'transient', '<html>Attention required</html>'],
])(
  'an answer of %i to a write is %s for each of its records, and is not sent again',
  async (status, kind, body) => {
    withProperties(portal())
    portal().post(paths.batchUpdate).once().reply(status, body)
    const session = await openSession()
    const call = countedCall()
    const results = await session.write([update('a.com', '1'), update('b.com', '2')], call)
    expect(results.map(result => result.status === 'failed' && result.failure.kind)).toEqual([kind, kind])
    expect(call.sent.filter(sent => sent.kind === 'write')).toHaveLength(1)
  },
)

test.each([
  ['ECONNREFUSED', 'transient'],
  ['ECONNRESET', 'unknown_outcome'],
])('%s on a write is %s', async (code, kind) => {
  withProperties(portal())
  portal()
    .post(paths.batchUpdate)
    .replyWithError(Object.assign(new Error(code), { code }))
  const session = await openSession()
  const results = await session.write([update('a.com', '1')], countedCall())
  expect(results).toMatchObject([{ key: 'a.com', status: 'failed', failure: { kind, code } }])
})

test('a success that is no JSON is an unknown outcome', async () => {
  withProperties(portal())
  portal().post(paths.batchUpdate).reply(200, '<html>login</html>', { 'content-type': 'text/html' })
  const session = await openSession()
  const results = await session.write([update('a.com', '1')], countedCall())
  expect(results).toMatchObject([{ failure: { kind: 'unknown_outcome' } }])
})

test('what was written is reported when the day ends in the middle of a halved batch', async () => {
  withProperties(portal())
  let calls = 0
  batches(paths.batchUpdate, inputs => {
    calls += 1
    if (calls === 1) return [400, validationError('bad')]
    if (calls === 2) return [200, complete(inputs.map(({ id }) => record(id)))]
    return [429, { status: 'error', errorType: 'RATE_LIMIT', policyName: 'DAILY', message: 'daily limit' }]
  })
  const session = await openSession()
  const results = await session.write([update('a.com', '1'), update('b.com', '2')], countedCall())
  expect(results).toMatchObject([
    { key: 'a.com', status: 'written', remoteId: '1' },
    { key: 'b.com', status: 'failed', failure: { kind: 'transient' } },
  ])
})

test('where the types of properties cannot be read, nothing is sent and each key has its result', async () => {
  portal().get(paths.properties).query(true).reply(503, '<html>down</html>')
  const session = await openSession()
  const call = countedCall()
  const results = await session.write([update('a.com', '1'), update('b.com', '2')], call)
  expect(results.map(({ key }) => key)).toEqual(['a.com', 'b.com'])
  expect(results).toMatchObject([{ failure: { kind: 'transient' } }, { failure: { kind: 'transient' } }])
  expect(call.sent).toEqual([{ kind: 'read', lane: undefined }])
})

test('the changes handed in are not altered, and types are asked for once in a session', async () => {
  withProperties(portal(), [property('name', 'string', 'text')])
  batches(paths.batchUpsert, inputs => [
    200,
    complete(inputs.map(input => record('5', input.properties, { new: true }))),
  ])
  const session = await openSession()
  const changes = [create('a.com', { name: 'A' })]
  const before = structuredClone(changes)
  const call = countedCall()
  await session.write(changes, call)
  await session.write(changes, call)
  expect(changes).toEqual(before)
  expect(call.sent.map(({ kind }) => kind)).toEqual(['read', 'write', 'write'])
})

test('a token that HubSpot repeats is not repeated by us', async () => {
  withProperties(portal())
  portal()
    .post(paths.batchUpdate)
    .reply(400, validationError(`bad header Authorization: Bearer ${TOKEN}`))
  const session = await openSession()
  const results = await session.write([update('a.com', '1')], countedCall())
  expect(JSON.stringify(results)).toContain('bad header')
  expect(JSON.stringify(results)).not.toContain(TOKEN)
})
