import { beforeEach, expect, test } from 'vitest'
import type { Link } from '../../../src/domain/link.ts'
import type { State } from '../../../src/state/state.ts'
import { account } from './account.ts'
import { emptyState } from './empty-state.ts'

let state: State
beforeEach(async () => {
  state = await emptyState()
})

const AT = new Date('2025-06-02T00:00:00Z')
const link = (domain: string, remoteId: string, changes: Partial<Link> = {}): Link => ({
  connector: 'hubspot',
  domain,
  object: 'companies',
  remoteId,
  by: 'domain',
  stamped: false,
  ...changes,
})
const ambiguity = (domain: string) => ({
  connector: 'hubspot',
  domain,
  candidates: [
    { remoteId: '1', name: 'One' },
    { remoteId: '2', name: null },
  ],
  checkedAt: AT,
})

test('accounts that nobody looked for come in pages, while what is found of them is recorded', async () => {
  const domains = ['a.com', 'b.com', 'c.com', 'd.com', 'e.com', 'f.com', 'g.com', 'h.com']
  await state.accounts.put(
    domains.map(domain => account(domain)),
    'run-1',
  )
  await state.accounts.retire(['h.com'], 'excluded')
  await state.links.put([link('a.com', '1'), link('g.com', '1', { connector: 'other' })])
  await state.matching.putAmbiguous([ambiguity('b.com')])
  await state.matching.putAbsent('hubspot', ['c.com'], AT)
  await state.matching.ignore('hubspot', ['d.com'])
  const seen: string[][] = []
  for await (const page of state.matching.unseen('hubspot', 2)) {
    seen.push(page)
    await state.matching.putAbsent('hubspot', page, AT)
  }
  expect(seen).toEqual([['e.com', 'f.com'], ['g.com']])
})

test('candidates are kept as they were read, of one connector at a time', async () => {
  const record = { remoteId: '1', fields: { domain: 'a.com', employees: 12, name: null }, createdAt: AT }
  const second = { ...record, remoteId: '2', createdAt: null }
  await state.candidates.add(
    'hubspot',
    [record, second, record].map(each => ({ domain: 'a.com', record: each })),
  )
  await state.candidates.add('other', [{ domain: 'a.com', record }])
  expect(await state.candidates.get('hubspot', ['a.com', 'b.com'])).toEqual(
    new Map([['a.com', [record, second]]]),
  )
  await state.candidates.clear('hubspot')
  expect((await state.candidates.get('hubspot', ['a.com'])).size).toBe(0)
  expect((await state.candidates.get('other', ['a.com'])).size).toBe(1)
})

test('an account has one standing for each connector', async () => {
  await state.links.put([
    link('linked.com', '1'),
    link('linked.com', '001', { connector: 'salesforce', object: 'Account' }),
  ])
  await state.matching.putAmbiguous([ambiguity('two.com')])
  await state.matching.putAbsent('hubspot', ['none.com'], AT)
  await state.matching.ignore('hubspot', ['never.com'])
  const all = ['linked.com', 'two.com', 'none.com', 'never.com', 'unknown.com']
  expect(await state.matching.standings('hubspot', all)).toEqual(
    new Map<string, unknown>([
      ['linked.com', { status: 'linked', link: link('linked.com', '1') }],
      ['two.com', { status: 'ambiguous', candidates: ambiguity('two.com').candidates, checkedAt: AT }],
      ['none.com', { status: 'absent', checkedAt: AT }],
      ['never.com', { status: 'ignored' }],
    ]),
  )
  expect([...(await state.matching.standings('salesforce', all)).keys()]).toEqual(['linked.com'])
})

test('what is found later ends what was remembered before', async () => {
  await state.matching.putAbsent('hubspot', ['a.com', 'b.com'], AT)
  await state.matching.putAmbiguous([ambiguity('a.com')])
  await state.links.put([link('b.com', '7')])
  expect(
    [...(await state.matching.standings('hubspot', ['a.com', 'b.com'])).values()].map(each => each.status),
  ).toEqual(['ambiguous', 'linked'])
  expect(await state.matching.countAmbiguous('hubspot')).toBe(1)
  await state.matching.putAbsent('hubspot', ['a.com'], AT)
  await state.links.remove('hubspot', ['b.com'])
  expect(await state.matching.standings('hubspot', ['a.com', 'b.com'])).toEqual(
    new Map([['a.com', { status: 'absent', checkedAt: AT }]]),
  )
  expect(await Array.fromAsync(state.matching.ambiguities())).toEqual([])
})

test('ignoring ends a link, what was delivered and what was found; linking ends the ignoring', async () => {
  await state.links.put([link('a.com', '7')])
  await state.delivered.put('hubspot', [{ domain: 'a.com', object: 'companies', fields: { x: 1 }, asOf: AT }])
  await state.matching.ignore('hubspot', ['a.com'])
  expect(await state.links.count('hubspot')).toBe(0)
  expect((await state.delivered.get('hubspot', ['a.com'])).size).toBe(0)
  expect(await state.matching.ignored()).toEqual([{ connector: 'hubspot', domain: 'a.com' }])
  await state.links.put([link('a.com', '8', { by: 'hand' })])
  expect(await state.matching.ignored()).toEqual([])
})

test('what a run finds does not touch a link made by hand; stamping and moving it keeps it', async () => {
  await state.links.put([link('a.com', '7', { by: 'hand' })])
  await state.links.put([link('a.com', '9')])
  expect((await state.links.get('hubspot', ['a.com'])).get('a.com')).toEqual(
    link('a.com', '7', { by: 'hand' }),
  )
  await state.links.put([link('a.com', '8', { by: 'hand', stamped: true })])
  expect((await state.links.get('hubspot', ['a.com'])).get('a.com')).toEqual(
    link('a.com', '8', { by: 'hand', stamped: true }),
  )
})

test('records that several accounts share are told apart from those that one has', async () => {
  await state.links.put([
    link('b.com', '7'),
    link('a.com', '7'),
    link('c.com', '8'),
    link('d.com', '7', { object: 'contacts' }),
    link('e.com', '9'),
    link('f.com', '9'),
    link('g.com', '7', { connector: 'other' }),
  ])
  const shared = [
    { object: 'companies', remoteId: '7', domains: ['a.com', 'b.com'] },
    { object: 'companies', remoteId: '9', domains: ['e.com', 'f.com'] },
  ]
  expect(await Array.fromAsync(state.links.shared('hubspot', 1))).toEqual(shared)
  expect(await Array.fromAsync(state.links.shared('hubspot'))).toEqual(shared)
  expect((await state.links.byRecord('hubspot', 'companies', ['7', '8'])).map(each => each.domain)).toEqual([
    'a.com',
    'b.com',
    'c.com',
  ])
})

test('links are listed by connector and domain, over pages', async () => {
  const all = [
    link('a.com', '1', { connector: 'aaa' }),
    link('z.com', '2', { connector: 'aaa' }),
    link('b.com', '3'),
  ]
  await state.links.put(all.toReversed())
  expect(await Array.fromAsync(state.links.list(undefined, 1))).toEqual(all)
  expect(await Array.fromAsync(state.links.list('hubspot', 1))).toEqual([link('b.com', '3')])
})

const keepSomething = async (domain: string) => {
  await state.links.put([link(domain, '1', { by: 'hand' }), link(domain, '2', { connector: 'found' })])
  await state.matching.putAbsent('absent', [domain], AT)
  await state.matching.ignore('ignored', [domain])
  await state.moves.add({
    stages: [{ domain, at: AT, runId: 'r', from: null, to: 'interest', direction: 'first', reason: '' }],
    risks: [],
  })
}
const kept = async (domain: string) => {
  const connectors = ['hubspot', 'found', 'absent', 'ignored']
  const standings = await Promise.all(connectors.map(each => state.matching.standings(each, [domain])))
  const statuses = standings.map(each => each.get(domain)?.status ?? null)
  return { statuses, moves: (await state.moves.historyOf(domain)).length }
}

test('forgetting an account leaves nothing of it, and others alone', async () => {
  await keepSomething('gone.com')
  await keepSomething('stays.com')
  await state.forget(['gone.com'])
  expect(await kept('gone.com')).toEqual({ statuses: [null, null, null, null], moves: 0 })
  expect(await kept('stays.com')).toEqual({ statuses: ['linked', 'linked', 'absent', 'ignored'], moves: 1 })
})

test('the memory of a retired account ends, but for what people decided', async () => {
  await keepSomething('retired.com')
  await state.forgetRetired(['retired.com'])
  expect(await kept('retired.com')).toEqual({ statuses: ['linked', null, null, 'ignored'], moves: 0 })
})
