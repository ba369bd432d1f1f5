import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FieldSpec, FieldType } from '../../../src/contract/index.ts'
import {
  countedCall,
  openSession,
  PROPERTIES,
  paths,
  portal,
  property,
  type RawProperty,
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

const spec = (name: string, type: FieldSpec['type'], more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  label: `Label of ${name}`,
  description: `About ${name}`,
  type,
  ...more,
})

const KEY = PROPERTIES.find(({ name }) => name === 'oql_domain') ?? property('oql_domain', 'string', 'text')

function withGroups(names: string[]): void {
  portal()
    .get(paths.groups)
    .reply(200, { results: names.map(name => ({ name, label: name })) })
}

/** Takes every create, as HubSpot does, and keeps what was asked. */
function creating(answer: (asked: RawProperty) => object = asked => asked): RawProperty[] {
  const asked: RawProperty[] = []
  portal()
    .post(paths.properties)
    .times(20)
    .optionally()
    .reply(async (request: Request) => {
      const body: RawProperty = JSON.parse(await request.text())
      asked.push(body)
      return [201, answer(body)]
    })
  return asked
}

test('fields are described as the mapping needs them', async () => {
  withProperties(portal(), [
    ...PROPERTIES,
    property('agreed', 'enumeration', 'booleancheckbox'),
    property('sum', 'number', 'calculation_equation', { calculated: true }),
    property('shape', 'json', 'text'),
  ])
  const session = await openSession()
  const fields = new Map(
    (await session.describe('companies', countedCall())).map(field => [field.name, field]),
  )
  const types = (names: string[]) => names.map((name): FieldType | undefined => fields.get(name)?.type)
  expect(
    types(['name', 'oql_score', 'is_customer', 'agreed', 'oql_stage_since', 'oql_seen_at', 'shape']),
  ).toEqual(['text', 'number', 'boolean', 'boolean', 'date', 'datetime', 'other'])
  expect(fields.get('oql_stage')).toMatchObject({ type: 'enumeration', options: ['interest', 'theirs'] })
  expect(fields.get('hubspot_owner_id')).not.toHaveProperty('options')
  expect(fields.get('oql_domain')).toMatchObject({ unique: true, writable: true })
  expect(fields.get('name')).toMatchObject({ unique: false, maxLength: 65_536 })
  expect(fields.get('hs_object_id')?.writable).toBe(false)
  expect(fields.get('sum')?.writable).toBe(false)
})

test('properties of every type are made in our group, the unique key first though nobody asked for it', async () => {
  withProperties(portal(), [])
  withGroups(['companyinformation'])
  portal()
    .post(paths.groups, { name: 'oql', label: 'OQL Sync' })
    .reply(201, { name: 'oql', label: 'OQL Sync' })
  const asked = creating()
  const session = await openSession()
  const steps = await session.ensureSchema(
    'companies',
    [
      spec('oql_reason', 'text'),
      spec('oql_score', 'number', { scale: 2 }),
      spec('oql_open', 'boolean'),
      spec('oql_since', 'date'),
      spec('oql_at', 'datetime'),
      spec('oql_stage', 'enumeration', { options: [{ value: 'interest', label: 'Interest' }] }),
    ],
    countedCall(),
  )
  expect(asked).toMatchObject([
    { name: 'oql_domain', type: 'string', fieldType: 'text', hasUniqueValue: true, groupName: 'oql' },
    {
      name: 'oql_reason',
      type: 'string',
      fieldType: 'text',
      hasUniqueValue: false,
      description: 'About oql_reason',
    },
    { name: 'oql_score', type: 'number', fieldType: 'number', label: 'Label of oql_score' },
    {
      name: 'oql_open',
      type: 'bool',
      fieldType: 'booleancheckbox',
      options: [{ value: 'true' }, { value: 'false' }],
    },
    { name: 'oql_since', type: 'date', fieldType: 'date' },
    { name: 'oql_at', type: 'datetime', fieldType: 'date' },
    {
      name: 'oql_stage',
      type: 'enumeration',
      fieldType: 'select',
      options: [{ value: 'interest', label: 'Interest', displayOrder: 0, hidden: false }],
    },
  ])
  expect(steps.map(({ action, name, done }) => [action, name, done])).toEqual([
    ['create_group', 'oql', true],
    ...asked.map(({ name }) => ['create_field', name, true]),
  ])
})

test('missing options are added to the whole list: what others made stays, in its order', async () => {
  withProperties(portal())
  let options: object[] = []
  portal()
    .patch(`${paths.properties}/oql_stage`)
    .reply(async (request: Request) => {
      ;({ options } = JSON.parse(await request.text()))
      return [200, property('oql_stage', 'enumeration', 'select', { options })]
    })
  const session = await openSession()
  const wanted = spec('oql_stage', 'enumeration', {
    options: [
      { value: 'interest', label: 'Our name for it' },
      { value: 'inactive', label: 'Inactive' },
    ],
  })
  const steps = await session.ensureSchema('companies', [wanted], countedCall())
  expect(options).toEqual([
    { label: 'Interest', value: 'interest', displayOrder: 0, hidden: false },
    { label: 'Theirs', value: 'theirs', displayOrder: 1, hidden: true, description: 'made by sales' },
    { label: 'Inactive', value: 'inactive', displayOrder: 2, hidden: false },
  ])
  expect(steps).toMatchObject([
    { action: 'add_options', name: 'oql_stage', detail: 'adds inactive', done: true },
  ])
})

test('what is there already changes nothing and costs one read', async () => {
  withProperties(portal())
  const session = await openSession()
  const call = countedCall()
  const wanted = [
    spec('oql_domain', 'text', { unique: true }),
    spec('oql_stage', 'enumeration', { options: [{ value: 'interest', label: 'Interest' }] }),
    spec('oql_score', 'number'),
  ]
  expect(await session.ensureSchema('companies', wanted, call)).toEqual([])
  expect(call.sent).toEqual([{ kind: 'read', lane: undefined }])
})

test('a dry run tells every step and writes nothing', async () => {
  withProperties(portal(), [property('oql_stage', 'enumeration', 'select')])
  withGroups([])
  const session = await openSession()
  const call = countedCall({ dryRun: true })
  const wanted = [
    spec('oql_stage', 'enumeration', { options: [{ value: 'a', label: 'A' }] }),
    spec('oql_x', 'date'),
  ]
  const steps = await session.ensureSchema('companies', wanted, call)
  expect(steps.map(({ action, name, done }) => [action, name, done])).toEqual([
    ['create_group', 'oql', false],
    ['create_field', 'oql_domain', false],
    ['add_options', 'oql_stage', false],
    ['create_field', 'oql_x', false],
  ])
  expect(call.sent.every(({ kind }) => kind === 'read')).toBe(true)
})

test('another type, another uniqueness, a read-only property and a bad name are conflicts; the rest is made', async () => {
  withProperties(portal(), [
    property('oql_domain', 'string', 'text'),
    property('oql_score', 'string', 'text'),
    property('oql_code', 'string', 'text', { hasUniqueValue: true }),
    property('oql_locked', 'number', 'number', { modificationMetadata: { readOnlyValue: true } }),
    property('oql_fixed', 'enumeration', 'select', { modificationMetadata: { readOnlyOptions: true } }),
  ])
  withGroups(['oql'])
  const asked = creating()
  const session = await openSession()
  const steps = await session.ensureSchema(
    'companies',
    [
      spec('oql_domain', 'text', { unique: true }),
      spec('oql_score', 'number'),
      spec('oql_code', 'text'),
      spec('oql_locked', 'number'),
      spec('oql_fixed', 'enumeration', { options: [{ value: 'a', label: 'A' }] }),
      spec('OQL Stage', 'text'),
      spec('oql_new', 'text'),
    ],
    countedCall(),
  )
  expect(steps.filter(({ action }) => action === 'conflict')).toMatchObject([
    { name: 'oql_domain', detail: expect.stringContaining('not unique'), done: false },
    { name: 'oql_score', detail: expect.stringContaining('string (text)'), done: false },
    { name: 'oql_code', detail: expect.stringContaining('unique values only'), done: false },
    { name: 'oql_locked', detail: expect.stringContaining('read-only'), done: false },
    { name: 'oql_fixed', detail: expect.stringContaining('a'), done: false },
    { name: 'OQL Stage', detail: expect.stringContaining('a-z'), done: false },
  ])
  expect(asked.map(({ name }) => name)).toEqual(['oql_new'])
})

test('a restored archived property of another type is a conflict, not a success', async () => {
  withProperties(portal(), [KEY])
  withGroups(['oql'])
  creating(asked => ({ ...asked, type: 'string', fieldType: 'text' }))
  const session = await openSession()
  const steps = await session.ensureSchema('companies', [spec('oql_score', 'number')], countedCall())
  expect(steps).toMatchObject([{ action: 'conflict', name: 'oql_score', done: false }])
})

test('a restored archived property gets the options that it lacks', async () => {
  withProperties(portal(), [KEY])
  withGroups(['oql'])
  const old = { value: 'old', label: 'Old', displayOrder: -1, hidden: false }
  creating(asked => ({ ...asked, options: [old] }))
  let options: object[] = []
  portal()
    .patch(`${paths.properties}/oql_stage`)
    .reply(async (request: Request) => {
      ;({ options } = JSON.parse(await request.text()))
      return [200, property('oql_stage', 'enumeration', 'select', { options })]
    })
  const session = await openSession()
  const wanted = spec('oql_stage', 'enumeration', { options: [{ value: 'a', label: 'A' }] })
  const steps = await session.ensureSchema('companies', [wanted], countedCall())
  expect(options).toEqual([old, { value: 'a', label: 'A', displayOrder: -1, hidden: false }])
  expect(steps).toMatchObject([{ name: 'oql_stage', done: true }])
})

test("options are added to HubSpot's own list where it says that it takes them", async () => {
  withProperties(portal(), [
    KEY,
    property('industry', 'enumeration', 'select', {
      modificationMetadata: { readOnlyDefinition: true, readOnlyOptions: false },
    }),
    property('type', 'enumeration', 'select', { modificationMetadata: { readOnlyDefinition: true } }),
  ])
  const session = await openSession()
  const options = [{ value: 'a', label: 'A' }]
  const steps = await session.ensureSchema(
    'companies',
    [spec('industry', 'enumeration', { options }), spec('type', 'enumeration', { options })],
    countedCall({ dryRun: true }),
  )
  expect(steps.map(({ name, action }) => [name, action])).toEqual([
    ['industry', 'add_options'],
    ['type', 'conflict'],
  ])
})

test('a property that HubSpot refuses is a conflict in its words, and the others are made', async () => {
  withProperties(portal(), [])
  withGroups([])
  portal().post(paths.groups).reply(409, { status: 'error', category: 'CONFLICT', message: 'group exists' })
  portal()
    .post(paths.properties, body => body.name === 'oql_domain')
    .reply(400, validationError('You have reached the limit of 10 unique properties'))
  portal()
    .post(paths.properties, body => body.name === 'oql_score')
    .reply(201, property('oql_score', 'number', 'number'))
  const session = await openSession()
  const steps = await session.ensureSchema('companies', [spec('oql_score', 'number')], countedCall())
  expect(steps.slice(1)).toMatchObject([
    { action: 'conflict', name: 'oql_domain', detail: 'You have reached the limit of 10 unique properties' },
    { action: 'create_field', name: 'oql_score', done: true },
  ])
})

test('types are asked for anew once properties were made', async () => {
  withProperties(portal(), [KEY])
  withProperties(portal(), [KEY])
  withGroups(['oql'])
  creating()
  const session = await openSession()
  portal()
    .get(paths.list)
    .query(true)
    .twice()
    .reply(200, { results: [{ id: '1', properties: { oql_score: '5' } }] })
  const read = () =>
    Array.fromAsync(session.read({ object: 'companies', all: true }, ['oql_score'], countedCall()))
  expect((await read())[0]?.fields).toEqual({ oql_score: '5' })
  await session.ensureSchema('companies', [spec('oql_score', 'number')], countedCall())
  withProperties(portal(), [KEY, property('oql_score', 'number', 'number')])
  expect((await read())[0]?.fields).toEqual({ oql_score: 5 })
})
