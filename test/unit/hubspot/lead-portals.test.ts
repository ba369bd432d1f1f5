import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Change, RemoteLead, Session } from '../../../src/contract/index.ts'
import { complete, countedCall, openSession, portal, property, record } from './portal.ts'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  const pending = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  expect(pending).toEqual([])
})

const LEADS = '/crm/objects/2026-09/leads'
const stage = (id: string, displayOrder: number, metadata: object = {}, archived = false) => ({
  id,
  displayOrder,
  metadata,
  archived,
})
const withPipelines = (...pipelines: object[]) =>
  portal().get('/crm/pipelines/2026-09/leads').reply(200, { results: pipelines })
const withProperties = (object: string, ...names: string[]) =>
  portal()
    .get(`/crm/properties/2026-09/${object}`)
    .query(true)
    .reply(200, { results: names.map(name => property(name, 'string', 'text', { hasUniqueValue: true })) })

const batch = z.object({
  inputs: z.tuple([
    z.object({
      properties: z.record(z.string(), z.string()),
      associations: z.array(z.unknown()),
      objectWriteTraceId: z.string(),
    }),
  ]),
})
/** The only input of a batch, however nock hands the body over. */
const inputOf = (body: unknown) => batch.parse(typeof body === 'string' ? JSON.parse(body) : body).inputs[0]

/** What the create call asks for, of one lead. */
async function created(session: Session, fields: Change['fields'] = {}): Promise<Record<string, string>> {
  let asked: Record<string, string> = {}
  portal()
    .post(`${LEADS}/batch/create`)
    .reply(async (request: Request) => {
      const input = inputOf(await request.json())
      asked = input.properties
      return [201, complete([record('7', asked, { objectWriteTraceId: input.objectWriteTraceId })])]
    })
  const change = {
    key: 'a.com#1',
    object: 'leads',
    fields,
    associate: [{ object: 'contacts', remoteId: '1' }],
  }
  expect(await session.write([change], countedCall())).toEqual([
    { key: 'a.com#1', status: 'created', remoteId: '7' },
  ])
  return asked
}

test('a new lead begins in the first open stage by order, of the first pipeline that is not archived', async () => {
  withProperties('leads', 'oql_lead_key')
  withPipelines(
    { id: 'old', displayOrder: 0, archived: true, stages: [stage('o1', 0)] },
    { id: 'second', displayOrder: 2, stages: [stage('s1', 0)] },
    {
      id: 'first',
      displayOrder: 1,
      stages: [
        stage('late', 3, { leadState: 'CONNECTED' }),
        stage('done', 0, { leadState: 'UNQUALIFIED' }),
        stage('gone', 1, { leadState: 'NEW' }, true),
        stage('new', 2, { leadState: 'NEW' }),
      ],
    },
  )
  const session = await openSession()
  expect(await created(session)).toMatchObject({ hs_pipeline: 'first', hs_pipeline_stage: 'new' })
  // The pipelines are asked for once.
  expect(await created(session, { hs_pipeline: 'second' })).toMatchObject({ hs_pipeline_stage: 's1' })
})

test('whether a stage is closed is told by its state, by isClosed, or by its name', async () => {
  withProperties('leads', 'oql_lead_key')
  withPipelines({
    id: 'p',
    displayOrder: 0,
    stages: [
      stage('a', 0, { leadState: 'ATTEMPTING', isClosed: 'true' }),
      stage('b', 1, { isClosed: 'true' }),
      stage('c', 2, { isClosed: 'false' }),
      stage('unqualified-stage-id', 3),
      stage('new-stage-id', 4),
    ],
  })
  const held = ['a', 'b', 'c', 'unqualified-stage-id', 'new-stage-id', 'no-more']
  const at = '2026-11-20T10:00:00.000Z'
  portal()
    .post(`${LEADS}/batch/read`, body => body.idProperty === 'oql_lead_key')
    .reply(
      200,
      complete(
        held.map((id, index) =>
          record(String(index), {
            oql_lead_key: id,
            hs_pipeline_stage: id,
            hs_lead_is_open: 'false',
            hs_lastmodifieddate: at,
          }),
        ),
      ),
    )
  const session = await openSession()
  const found = await Array.fromAsync<RemoteLead>(
    session.leads?.({ companies: [], keys: held }, countedCall()) ?? [],
  )
  expect(found.map(({ key, state, closedAt }) => [key, state, closedAt?.toISOString() ?? null])).toEqual([
    ['a', 'open', null],
    ['b', 'closed', at],
    ['c', 'open', null],
    ['unqualified-stage-id', 'closed', at],
    ['new-stage-id', 'open', null],
    // Nobody knows the stage any more: HubSpot's own flag speaks.
    ['no-more', 'closed', at],
  ])
})

test('a portal that does not list its association types ties contacts to the primary company all the same', async () => {
  withProperties('contacts', 'email')
  portal()
    .get('/crm/associations/2026-09/contacts/companies/labels')
    .reply(403, { message: 'no', category: 'FORBIDDEN' })
  const types: unknown[] = []
  portal()
    .post('/crm/objects/2026-09/contacts/batch/create')
    .reply(async (request: Request) => {
      const input = inputOf(await request.json())
      types.push(input.associations)
      return [201, complete([record('7', input.properties)])]
    })
  const session = await openSession()
  const change = {
    key: 'A@a.com',
    object: 'contacts',
    fields: { email: 'A@a.com' },
    associate: [{ object: 'companies', remoteId: '1' }],
  }
  expect(await session.write([change], countedCall())).toMatchObject([{ status: 'created', remoteId: '7' }])
  expect(types).toEqual([
    [{ to: { id: '1' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }] }],
  ])
})

test('an error of the associations that is no absence is no answer: a company must not pass for one without leads', async () => {
  withPipelines()
  portal()
    .post('/crm/associations/2026-09/companies/leads/batch/read')
    .reply(207, { results: [], errors: [{ category: 'INTERNAL_ERROR', message: 'later' }] })
  const session = await openSession()
  const companies = [{ object: 'companies', remoteId: '1', names: [] }]
  const read = Array.fromAsync(session.leads?.({ companies, keys: [] }, countedCall()) ?? [])
  await expect(read).rejects.toMatchObject({ failure: { kind: 'transient' } })
})

test('an unknown email conflict, in whatever words, is a duplicate; without an id nobody is named', async () => {
  withProperties('contacts', 'email')
  portal()
    .post('/crm/objects/2026-09/contacts/batch/create')
    .reply(207, {
      results: [],
      errors: [
        { message: 'taken', subCategory: 'CONTACT_EXISTS', context: { objectWriteTraceId: ['0'] } },
        { message: 'Contact already exists. Existing ID: 42', context: { objectWriteTraceId: ['1'] } },
      ],
    })
  const session = await openSession()
  const contact = (key: string) => ({ key, object: 'contacts', fields: { email: key } })
  const results = await session.write([contact('a@a.com'), contact('b@a.com')], countedCall())
  expect(results).toMatchObject([
    { failure: { kind: 'duplicate' } },
    { failure: { kind: 'duplicate', movedTo: { object: 'contacts', remoteId: '42' } } },
  ])
  expect(results[0]).not.toHaveProperty('failure.movedTo')
})

test('another unique property that is taken does not make its holder ours', async () => {
  withProperties('leads', 'oql_lead_key', 'their_key')
  withPipelines()
  portal()
    .post(`${LEADS}/batch/create`)
    .reply(207, {
      results: [],
      errors: [
        {
          message: 'Cannot set their_key=x on new. 42 already has that value.',
          context: { objectWriteTraceId: ['0'], propertyName: ['their_key'] },
        },
      ],
    })
  const session = await openSession()
  const change = { key: 'a.com#1', object: 'leads', fields: { their_key: 'x' } }
  const [result] = await session.write([change], countedCall())
  expect(result).toMatchObject({ failure: { kind: 'duplicate' } })
  expect(result).not.toHaveProperty('failure.movedTo')
})
