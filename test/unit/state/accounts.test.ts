import { beforeEach, expect, test } from 'vitest'
import type { Account } from '../../../src/domain/account.ts'
import type { State } from '../../../src/state/state.ts'
import { account } from './account.ts'
import { emptyState } from './empty-state.ts'

const RUN = '01978f2e-0000-7000-8000-000000000001'
const AS_OF = new Date('2025-06-02T00:00:00Z')
let state: State

beforeEach(async () => {
  state = await emptyState()
  await state.runs.begin({ id: RUN, startedAt: AS_OF, asOf: AS_OF, model: { name: 'default', hash: 'abc' } })
})

const domains = async (accounts: AsyncIterable<{ domain: string }>) =>
  (await Array.fromAsync(accounts)).map(each => each.domain)

test('an account comes back as it was put', async () => {
  const whole = account('acme.com')
  const sparse = account('b.de', { name: null, country: null, trend: null, risk: null, lowerSince: null })
  await state.accounts.put([whole, sparse], RUN)
  expect(await Array.fromAsync(state.accounts.byDomain())).toEqual([whole, sparse])
  expect(await state.accounts.get(['b.de', 'nobody.com'])).toEqual(new Map([['b.de', sparse]]))
})

test('what is remembered holds no measures, and comes in byte order of domain', async () => {
  await state.accounts.put(
    [account('b.com'), account('a-b.com'), account('xn--mnchen-3ya.de'), account('a.com')],
    RUN,
  )
  const remembered = await Array.fromAsync(state.accounts.rememberedAll(2))
  expect(remembered.map(each => each.domain)).toEqual(['a-b.com', 'a.com', 'b.com', 'xn--mnchen-3ya.de'])
  const { stageSince, lowerSince, previousStage } = account('a.com')
  expect(remembered[1]).toMatchObject({ stageSince, lowerSince, previousStage, stageDirection: 'up' })
  expect(remembered[1]).not.toHaveProperty('facts')
})

test('a second step takes the place of the first', async () => {
  await state.accounts.put([account('acme.com'), account('other.com')], RUN)
  await state.accounts.put([account('acme.com', { stage: 'inactive', score: 0, name: null })], RUN)
  expect(await state.accounts.get(['acme.com'])).toEqual(
    new Map([['acme.com', account('acme.com', { stage: 'inactive', score: 0, name: null })]]),
  )
  expect(await state.accounts.countsByStage()).toEqual({
    interest: 0,
    investigation: 1,
    experimentation: 0,
    ongoing_usage: 0,
    inactive: 1,
  })
})

test('best first is score, signals of 30 days, last seen, domain, whatever the size of a page', async () => {
  const days = [1, 2].map(day => new Date(Date.UTC(2025, 4, day)))
  const all: Account[] = [0, 7.5, 80].flatMap(score =>
    [0, 4].flatMap(signals =>
      days.flatMap(lastSeen =>
        ['a', 'b'].map(name =>
          account(`${name}-${score}-${signals}-${lastSeen.getTime()}.com`, { score, lastSeen }, signals),
        ),
      ),
    ),
  )
  await state.accounts.put(all, RUN)
  const expected = all
    .toSorted(
      (left, right) =>
        right.score - left.score ||
        right.facts.signals_30 - left.facts.signals_30 ||
        right.lastSeen.getTime() - left.lastSeen.getTime() ||
        (left.domain < right.domain ? -1 : 1),
    )
    .map(each => each.domain)
  for (const size of [1, 2, 3, 5, 24, 100]) {
    expect(await domains(state.accounts.bestFirst(size))).toEqual(expected)
  }
})

test('pages hold at most their size and miss nobody', async () => {
  await state.accounts.put(
    ['c.com', 'a.com', 'b.com', 'd.com', 'e.com'].map(domain => account(domain)),
    RUN,
  )
  const pages = await Array.fromAsync(state.accounts.pages(2))
  expect(pages.map(page => page.map(each => each.domain))).toEqual([
    ['a.com', 'b.com'],
    ['c.com', 'd.com'],
    ['e.com'],
  ])
})

test('a retired account is remembered and listed apart, until a step makes it an account again', async () => {
  await state.accounts.put([account('mine.com'), account('acme.com')], RUN)
  await state.accounts.retire(['mine.com'], 'excluded')
  expect(await state.accounts.retiredOf(['acme.com', 'mine.com', 'nobody.com'])).toEqual(
    new Set(['mine.com']),
  )
  expect(await domains(state.accounts.byDomain())).toEqual(['acme.com'])
  expect(await domains(state.accounts.bestFirst())).toEqual(['acme.com'])
  expect(await domains(state.accounts.rememberedAll())).toEqual(['acme.com', 'mine.com'])
  expect(await Array.fromAsync(state.accounts.retired())).toEqual([
    [{ ...account('mine.com'), retired: 'excluded' }],
  ])

  await state.accounts.put([account('mine.com')], RUN)
  expect(await domains(state.accounts.byDomain())).toEqual(['acme.com', 'mine.com'])
  expect(await Array.fromAsync(state.accounts.retired())).toEqual([])
})

test('more accounts than fit in one statement are put and found', async () => {
  const many = Array.from({ length: 2_503 }, (_, index) => account(`c${String(index).padStart(5, '0')}.com`))
  await state.accounts.put(many, RUN)
  expect(await domains(state.accounts.byDomain())).toEqual(many.map(each => each.domain))
  expect((await state.accounts.get(many.map(each => each.domain))).size).toBe(2_503)
})
