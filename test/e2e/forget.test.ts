import path from 'node:path'
import { expect, test } from 'vitest'
import { acquireLease } from '../../src/state/lease/lease.ts'
import { openState, type State } from '../../src/state/state.ts'
import { account } from '../unit/state/account.ts'
import { newPlace, type Place } from './place.ts'

const AT = new Date('2025-06-02T00:00:00Z')

const urlOf = ({ directory }: Place): string => `sqlite:${path.join(directory, '.oql/state.db')}`

async function inState<T>(place: Place, work: (state: State) => Promise<T>): Promise<T> {
  const state = await openState(urlOf(place))
  try {
    return await work(state)
  } finally {
    await state.close()
  }
}

async function rememberingPlace(): Promise<Place> {
  const place = await newPlace()
  await inState(place, async state => {
    await state.runs.begin({ id: 'run', startedAt: AT, asOf: AT, model: { name: 'default', hash: 'abc' } })
    await state.accounts.put([account('acme.com'), account('beta.io')], 'run')
    const person = { kinds: ['view' as const], firstSeen: AT, lastSeen: AT, signals: 1 }
    await state.people.remember([
      { domain: 'acme.com', email: 'ann@acme.com', ...person },
      { domain: 'beta.io', email: 'ann@acme.com', ...person },
      { domain: 'beta.io', email: 'bob@beta.io', ...person },
    ])
  })
  return place
}

const remembered = (place: Place) =>
  inState(place, async state => ({
    accounts: (await Array.fromAsync(state.accounts.byDomain())).map(({ domain }) => domain),
    people: [...(await state.people.of(['acme.com', 'beta.io'])).values()].flat().map(({ email }) => email),
  }))

test('a company is forgotten in any spelling, with its people; it says what comes back and how to keep it out', async () => {
  const place = await rememberingPlace()
  const { code, stdout } = await place.oql('forget', 'https://www.Acme.com/docs')
  expect(code).toBe(0)
  expect(stdout).toContain('Removed what was kept of acme.com: 1 account, 1 person.')
  expect(stdout).toMatch(/brings it back[\s\S]*add acme\.com to store\.exclude\.domains in .*oql\.yaml/)
  expect(stdout).toContain(path.join(place.directory, '.oql'))
  expect(await remembered(place)).toEqual({ accounts: ['beta.io'], people: ['ann@acme.com', 'bob@beta.io'] })
  const again = await place.oql('forget', 'acme.com')
  expect(again.code).toBe(0)
  expect(again.stdout).toContain('Nothing is kept of acme.com.')
})

test('a person is forgotten at every account', async () => {
  const place = await rememberingPlace()
  expect(await place.json('forget', ' Ann@ACME.com ')).toEqual({
    email: 'ann@acme.com',
    removed: { people: 2, contacts: 0, changes: 0, rejections: 0, notices: 0 },
    hint: expect.stringContaining('add acme.com to store.exclude.domains'),
  })
  expect(await remembered(place)).toEqual({ accounts: ['acme.com', 'beta.io'], people: ['bob@beta.io'] })
})

test('what the config leaves out, or folds, can be forgotten too, and is told apart', async () => {
  const place = await rememberingPlace()
  await place.change(
    'config/oql.yaml',
    'store:',
    'store:\n  aliases: { beta.io: [beta.dev] }\n  exclude: { domains: [acme.com] }',
  )
  const hintOf = async (who: string) => (await place.json<{ hint: string }>('forget', who)).hint
  expect(await hintOf('acme.com')).toMatch(/^The config leaves acme\.com out: no sync brings it back\./)
  expect(await hintOf('ann@acme.com')).toMatch(
    /^The config leaves acme\.com out: no sync brings this address/,
  )
  expect(await hintOf('beta.dev')).toMatch(/^beta\.dev is folded into beta\.io .*oql forget beta\.io/)
  // To leave out all of a free mail provider would keep nobody out that is known beside a company.
  expect(await hintOf('ann@gmail.com')).not.toContain('exclude')
})

test('2 for what is neither a company nor an email, 4 while a run is under way', async () => {
  const place = await rememberingPlace()
  for (const who of ['localhost', 'ann@localhost', 'ann o@acme.com']) {
    const { code, stderr } = await place.oql('forget', who)
    expect({ who, code }).toEqual({ who, code: 2 })
    expect(stderr).toContain('such as acme.com, or an email address')
  }
  const lease = await acquireLease(urlOf(place), new Date())
  if (lease.status === 'held') throw new Error('nobody else runs')
  try {
    expect((await place.oql('forget', 'acme.com')).code).toBe(4)
  } finally {
    await lease.release()
  }
  expect((await remembered(place)).accounts).toEqual(['acme.com', 'beta.io'])
})
