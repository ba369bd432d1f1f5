import { beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../src/domain/person.ts'
import type { State } from '../../../src/state/state.ts'
import { emptyState } from './empty-state.ts'

let state: State
beforeEach(async () => {
  state = await emptyState()
})

const day = (n: number): Date => new Date(Date.UTC(2025, 5, n, 10, 0, 0, 250))
const person = (email: string, changes: Partial<Person> = {}): Person => ({
  domain: 'acme.com',
  email,
  kinds: ['view', 'download'],
  firstSeen: day(3),
  lastSeen: day(5),
  signals: 4,
  ...changes,
})

test('a person is remembered with the earliest and latest times, and with the kinds and signals of now', async () => {
  const ann = person('ann@acme.com')
  await state.people.remember([ann])
  expect(await state.people.of(['acme.com'])).toEqual(new Map([['acme.com', [ann]]]))
  await state.people.remember([person('ann@acme.com', { firstSeen: day(4), lastSeen: day(9), signals: 2 })])
  await state.people.remember([
    person('ann@acme.com', { firstSeen: day(2), lastSeen: day(4), kinds: ['custom'], signals: 1 }),
  ])
  expect((await state.people.of(['acme.com'])).get('acme.com')).toEqual([
    person('ann@acme.com', { firstSeen: day(2), lastSeen: day(9), kinds: ['custom'], signals: 1 }),
  ])
})

test('the people of accounts come with the latest signal first, of equals by email', async () => {
  await state.people.remember([
    person('c@acme.com'),
    person('a@acme.com', { lastSeen: day(4) }),
    person('b@acme.com'),
    person('d@beta.io', { domain: 'beta.io' }),
    person('e@other.com', { domain: 'other.com' }),
  ])
  const people = await state.people.of(['acme.com', 'beta.io', 'nobody.com'])
  expect([...people].map(([domain, some]) => [domain, some.map(({ email }) => email)])).toEqual([
    ['acme.com', ['b@acme.com', 'c@acme.com', 'a@acme.com']],
    ['beta.io', ['d@beta.io']],
  ])
  expect(await Array.fromAsync(state.people.domains(2))).toEqual([['acme.com', 'beta.io'], ['other.com']])
})

test('more people than go into one statement are remembered', async () => {
  await state.people.remember(Array.from({ length: 1_234 }, (_, n) => person(`p${n}@acme.com`)))
  expect((await state.people.of(['acme.com'])).get('acme.com')).toHaveLength(1_234)
})

test('an email of several accounts belongs to the one that it was seen at last', async () => {
  await state.people.remember([
    person('ann@x.com'),
    person('ann@x.com', { domain: 'beta.io', lastSeen: day(6) }),
    person('bob@x.com', { domain: 'beta.io' }),
    person('bob@x.com'),
  ])
  const belonging = await state.people.belonging(['acme.com', 'beta.io'])
  expect(belonging.map(({ domain, email }) => [domain, email])).toEqual([
    ['acme.com', 'bob@x.com'],
    ['beta.io', 'ann@x.com'],
  ])
})

test('people go with their account, one by one, or all', async () => {
  await state.people.remember([
    person('ann@x.com'),
    person('ann@x.com', { domain: 'beta.io' }),
    person('bob@x.com', { domain: 'gamma.io' }),
    person('eve@x.com', { domain: 'delta.io' }),
  ])
  await state.people.remove(['gamma.io'])
  expect(await state.people.removeEmail('ann@x.com')).toBe(2)
  expect(await state.people.removeEmail('ann@x.com')).toBe(0)
  expect((await Array.fromAsync(state.people.domains())).flat()).toEqual(['delta.io'])
  await state.people.clear()
  expect(await Array.fromAsync(state.people.domains())).toEqual([])
})
