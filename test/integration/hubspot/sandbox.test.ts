import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import connector from '../../../connectors/hubspot/index.ts'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../../connectors/hubspot/sandbox/index.ts'
import type { Call, Change, FieldSpec, Query, Result, Session } from '../../../src/contract/index.ts'

let sandbox: HubSpotSandbox | undefined
afterEach(async () => {
  await sandbox?.close()
})

/** No lag and no limits, unless a test is about them. */
async function started(
  options: HubSpotSandboxOptions = {},
): Promise<{ crm: HubSpotSandbox; session: Session }> {
  const crm = await createHubSpotSandbox({ unlimited: true, ...options })
  sandbox = crm
  const config = connector.config.parse({ token: crm.token, base_url: crm.url })
  const session = await connector.open(config, {
    log: pino({ enabled: false }),
    now: () => new Date(),
    secret: () => undefined,
  })
  return { crm, session }
}

interface Counted extends Call {
  sent: { kind: string; lane?: string }[]
}

function counted(): Counted {
  const { signal } = new AbortController()
  const sent: Counted['sent'] = []
  return {
    signal,
    sent,
    request: (what, send) => {
      sent.push(what)
      return send(signal)
    },
  }
}

const FIELDS: FieldSpec[] = [
  {
    name: 'oql_stage',
    label: 'Stage',
    description: 'Adoption stage',
    type: 'enumeration',
    options: [
      { value: 'interest', label: 'Interest' },
      { value: 'ongoing_usage', label: 'Ongoing Usage' },
    ],
  },
  { name: 'oql_score', label: 'Score', description: 'Points', type: 'number', scale: 2 },
  { name: 'oql_stage_since', label: 'Since', description: 'Date', type: 'date' },
  { name: 'oql_seen_at', label: 'Seen', description: 'Time', type: 'datetime' },
  { name: 'oql_open', label: 'Open', description: 'Yes or no', type: 'boolean' },
]

const setUp = (session: Session, dryRun = false, call = counted()) =>
  session.ensureSchema('companies', FIELDS, { ...call, dryRun })

const read = (session: Session, query: Query, fields: string[], call: Call = counted()) =>
  Array.fromAsync(session.read(query, fields, call))

const create = (key: string, fields: Change['fields'] = { name: key }): Change => ({
  key,
  object: 'companies',
  fields: { domain: key, ...fields },
})
const update = (key: string, remoteId: string, fields: Change['fields']): Change => ({
  key,
  object: 'companies',
  remoteId,
  fields,
})
const idOf = (results: Result[], key: string): string => {
  const result = results.find(one => one.key === key)
  if (result === undefined || !('remoteId' in result)) throw new Error(`${key} was not written`)
  return result.remoteId
}

test('setup makes every kind of property, tells them by a dry run before, and twice changes nothing', async () => {
  const { session } = await started()
  const rehearsal = counted()
  const before = await session.describe('companies', counted())
  const planned = await setUp(session, true, rehearsal)
  expect(planned.every(({ done }) => !done)).toBe(true)
  expect(rehearsal.sent.every(({ kind }) => kind === 'read')).toBe(true)
  expect(await session.describe('companies', counted())).toEqual(before)
  const made = await setUp(session)
  expect(made.map(({ action, name }) => [action, name])).toEqual(
    planned.map(({ action, name }) => [action, name]),
  )
  expect(made.every(({ done }) => done)).toBe(true)
  expect(await setUp(session)).toEqual([])
  const fields = new Map((await session.describe('companies', counted())).map(field => [field.name, field]))
  expect(fields.get('oql_domain')).toMatchObject({ unique: true, type: 'text' })
  for (const { name, type } of FIELDS) expect(fields.get(name)).toMatchObject({ type, writable: true })
})

test('values come back as they were written, and null clears', async () => {
  const { session } = await started()
  await setUp(session)
  const written = {
    oql_stage: 'interest',
    oql_score: 12.5,
    oql_stage_since: '2026-11-20',
    oql_seen_at: '2026-11-20T10:11:12.000Z',
    oql_open: true,
  }
  const results = await session.write([create('acme.com', { name: 'Acme', ...written })], counted())
  expect(results).toMatchObject([{ key: 'acme.com', status: 'created' }])
  const id = idOf(results, 'acme.com')
  const names = [...Object.keys(written), 'oql_domain', 'name']
  const ids = { object: 'companies', ids: [id] }
  expect((await read(session, ids, names))[0]?.fields).toEqual({
    ...written,
    oql_domain: 'acme.com',
    name: 'Acme',
  })
  await session.write([update('acme.com', id, { oql_score: null, oql_open: false })], counted())
  expect((await read(session, ids, names))[0]?.fields).toMatchObject({
    oql_score: null,
    oql_open: false,
    oql_stage: 'interest',
  })
})

test('a create sent again after a lost answer makes no second record', async () => {
  const { crm, session } = await started()
  await setUp(session)
  await session.describe('companies', counted())
  crm.control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, path: 'batch/upsert' })
  const changes = [create('a.com'), create('b.com')]
  expect(await session.write(changes, counted())).toMatchObject([
    { key: 'a.com', failure: { kind: 'unknown_outcome' } },
    { key: 'b.com', failure: { kind: 'unknown_outcome' } },
  ])
  expect(await session.write(changes, counted())).toMatchObject([
    { status: 'written' },
    { status: 'written' },
  ])
  expect(crm.control.records('companies')).toHaveLength(2)
})

test.each(['each', 'whole', 'creates_too'] as const)(
  'a poisoned record hurts only itself, however HubSpot tells of it (%s)',
  async batchErrors => {
    const { crm, session } = await started({ batchErrors })
    await setUp(session)
    crm.control.poison(({ properties }) => properties.name === 'bad')
    const changes = Array.from({ length: 100 }, (_, index) =>
      create(`c${index}.com`, { name: index === 42 || index === 43 ? 'bad' : 'good' }),
    )
    const results = await session.write(changes, counted())
    expect(new Set(results.map(({ key }) => key)).size).toBe(100)
    expect(results.filter(({ status }) => status === 'failed').map(({ key }) => key)).toEqual([
      'c42.com',
      'c43.com',
    ])
    expect(crm.control.records('companies')).toHaveLength(98)
  },
)

test('a hundred updates, a missing one and one that was merged among them, cost one call', async () => {
  const { crm, session } = await started()
  await setUp(session)
  const companies = crm.control.insertMany(
    'companies',
    Array.from({ length: 100 }, (_, index) => ({ name: `C${index}`, domain: `c${index}.com` })),
  )
  const ids = companies.map(({ id }) => id)
  const [first = '', second = '', third = ''] = ids
  const merged = crm.control.merge('companies', crm.control.insert('companies', { name: 'M' }).id, first)
  crm.control.archive('companies', second)
  await session.describe('companies', counted())
  const call = counted()
  const changes = ids.map((id, index) => update(`c${index}.com`, id, { oql_score: index }))
  const results = new Map((await session.write(changes, call)).map(result => [result.key, result]))
  expect(call.sent).toEqual([{ kind: 'write' }])
  expect(results.get('c0.com')).toMatchObject({ status: 'written', remoteId: merged.id })
  expect(results.get('c1.com')).toMatchObject({ status: 'failed', failure: { kind: 'gone' } })
  expect(results.get('c2.com')).toMatchObject({ status: 'written', remoteId: third })
  expect([...results.values()].filter(({ status }) => status === 'written')).toHaveLength(99)
  const found = await read(session, { object: 'companies', ids: [first, second, third] }, ['oql_score'])
  expect(found.map(({ remoteId, askedId, fields }) => [remoteId, askedId, fields.oql_score])).toEqual([
    [merged.id, first, 0],
    [third, undefined, 2],
  ])
})

test('two records that were merged into one are both written, under its id', async () => {
  const { crm, session } = await started()
  await setUp(session)
  const one = crm.control.insert('companies', { name: 'One', domain: 'one.com' })
  const two = crm.control.insert('companies', { name: 'Two', domain: 'two.com' })
  const merged = crm.control.merge('companies', one.id, two.id)
  const changes = [update('one.com', one.id, { oql_score: 1 }), update('two.com', two.id, { oql_score: 2 })]
  expect(await session.write(changes, counted())).toEqual([
    { key: 'one.com', status: 'written', remoteId: merged.id },
    { key: 'two.com', status: 'written', remoteId: merged.id },
  ])
})

test('a key that another record holds is a duplicate of the one that wants it', async () => {
  const { crm, session } = await started()
  await setUp(session)
  const holder = await session.write([create('a.com')], counted())
  const other = crm.control.insert('companies', { name: 'Other', domain: 'a.com' })
  const results = await session.write([update('a.com', other.id, { oql_domain: 'a.com' })], counted())
  expect(idOf(holder, 'a.com')).not.toBe(other.id)
  expect(results).toMatchObject([{ failure: { kind: 'duplicate', field: 'oql_domain' } }])
})

test('each kind of read finds what it means, past 10,000 as well', async () => {
  const { crm, session } = await started()
  await setUp(session)
  const since = new Date(Date.now() - 60_000)
  crm.control.insertMany(
    'companies',
    Array.from({ length: 10_250 }, (_, index) => ({
      name: `C${index}`,
      domain: `c${index}.com`,
      ...(index === 7 ? { hs_additional_domains: 'seven.io;seven.dev' } : {}),
      ...(index < 50 ? { oql_domain: `c${index}.com` } : {}),
    })),
  )
  crm.control.insert('companies', { name: 'Twin', domain: 'c9.com' })
  crm.control.advance(60_000)
  const names = (records: { fields: Record<string, unknown> }[]) =>
    records.map(({ fields }) => fields.name).sort()
  const by = (field: string, values: string[]) =>
    read(session, { object: 'companies', by: field, values }, ['name'])
  expect(names(await by('domain', ['C9.com', 'c10.com', 'nobody.com']))).toEqual(['C10', 'C9', 'Twin'])
  expect(names(await by('hs_additional_domains', ['seven.dev']))).toEqual(['C7'])
  expect(names(await by('oql_domain', ['c3.com', 'c99.com']))).toEqual(['C3'])

  const unlinked = { object: 'companies', changedSince: since, unlinked: true } as const
  const all = { object: 'companies', all: true } as const
  for (const [query, count] of [
    [unlinked, 10_201],
    [all, 10_251],
  ] as const) {
    const call = counted()
    const found = await read(session, query, ['name'], call)
    expect(new Set(found.map(({ remoteId }) => remoteId)).size).toBe(count)
    expect((await session.estimate(query, counted())).calls).toBe(call.sent.length)
  }
})

test('check names who we are, the scopes that lack and the owners that left', async () => {
  const { session } = await started({ scopes: ['crm.objects.companies.read', 'crm.objects.owners.read'] })
  const report = await session.check(
    { object: 'companies', creates: true, owners: ['12345', '11111'] },
    counted(),
  )
  expect(report.identity).toMatch(/^HubSpot account \d+/)
  expect(report.problems).toMatchObject([
    { code: 'missing_scope', message: expect.stringContaining('crm.objects.companies.write') },
  ])
  expect(report.warnings).toMatchObject([
    { code: 'unknown_owner', message: expect.stringContaining('11111') },
  ])
})

test('a service key that tells no scopes is checked by a company, and the write by the first write', async () => {
  const { session } = await started({ tokenKind: 'service_key', scopes: ['crm.objects.companies.read'] })
  const report = await session.check({ object: 'companies', creates: true, owners: [] }, counted())
  expect(report.problems).toEqual([])
  expect(report.warnings).toMatchObject([{ code: 'write_not_checked' }])
  await expect(session.write([create('a.com')], counted())).rejects.toMatchObject({
    fault: 'config',
    message: expect.stringContaining('crm.objects.companies.write'),
  })
})

test('limits come from the plan of the account', async () => {
  const { session } = await started({ plan: 'professional', unlimited: false })
  await session.describe('companies', counted())
  expect(session.limits.perInterval).toEqual({ calls: 190, ms: 10_000 })
  expect(session.limits.dailyLeft).toBeGreaterThan(600_000)
})

test('a token that is not the one ends the session', async () => {
  const { crm } = await started()
  const session = await connector.open(
    { token: 'pat-na1-somebody-else', base_url: crm.url },
    { log: pino({ enabled: false }), now: () => new Date(), secret: () => undefined },
  )
  await expect(session.describe('companies', counted())).rejects.toMatchObject({ fault: 'auth' })
})

test('the connector brings its sandbox along, with companies that are there', async () => {
  const own = await connector.sandbox({ port: 0, companies: [{ name: 'Acme', domain: 'acme.com' }] })
  try {
    const config = connector.config.parse({ ...own.config })
    const session = await connector.open(config, {
      log: pino({ enabled: false }),
      now: () => new Date(),
      secret: () => undefined,
    })
    const found = await read(session, { object: 'companies', all: true }, ['name', 'domain'])
    expect(found.map(({ fields }) => fields)).toEqual([{ name: 'Acme', domain: 'acme.com' }])
  } finally {
    await own.close()
  }
})
