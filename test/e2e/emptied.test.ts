import { expect, test } from 'vitest'
import { newPlace, type Place } from './place.ts'

const HEAD = 'id,occurred_at,kind,account_domain,account_name,artifact\n'
const row = (id: string, domain: string) =>
  `${id},2025-06-01T10:00:00Z,download,${domain},${domain.split('.')[0]},server\n`

interface Report {
  status: string
  signals: { accepted: number }
  accounts: { scored: number; byStage: Record<string, number> }
}

const readyPlace = async (signals: string): Promise<Place> => {
  const place = await newPlace(signals)
  await place.json('setup', 'hubspot')
  return place
}

const sync = (place: Place, day: number, ...more: string[]) =>
  place.oql('sync', '--json', '--as-of', `2025-06-${String(day).padStart(2, '0')}`, ...more)

const stagesOf = async (place: Place) => {
  const { accounts } = await place.json<{ accounts: { domain: string; score: number }[] }>(
    'score',
    '--as-of',
    '2025-06-09',
  )
  return accounts.map(({ domain, score }) => `${domain} ${score}`)
}

const TWO_SOURCES = `{ name: own, type: files, format: canonical, path: "../data/*.csv" }
    - { name: more, type: files, format: canonical, path: "../more/*.csv" }`

async function placeOfTwo(): Promise<Place> {
  const place = await readyPlace(HEAD + row('1', 'acme.com') + row('2', 'beta.io'))
  await place.write('more/signals.csv', HEAD + row('3', 'gamma.dev'))
  await place.change(
    'config/oql.yaml',
    '{ name: own, type: files, format: canonical, path: "../data/*.csv" }',
    TWO_SOURCES,
  )
  return place
}

test('an input that lost all its signals stops the run without any guard, before anything is remembered or written', async () => {
  const place = await readyPlace(HEAD + row('1', 'acme.com') + row('2', 'beta.io'))
  expect((await sync(place, 2)).code).toBe(0)
  const wrote = place.sandbox.control.counters().total
  await place.write('data/signals.csv', HEAD)

  const stopped = await sync(place, 3)
  expect(stopped.code).toBe(1)
  expect(stopped.stderr).toMatch(/no signal .*2 at the last run, .*2025-06-01[\s\S]*--yes/)
  expect(place.sandbox.control.counters().total).toBe(wrote)
  // It is no matter of one run: what was counted before is not forgotten by a run that was stopped.
  expect((await sync(place, 4)).code).toBe(1)

  const gone = await sync(place, 5, '--yes')
  expect(gone.code).toBe(0)
  expect((JSON.parse(gone.stdout) as Report).signals.accepted).toBe(0)
  // Somebody said that it is right: so it stays.
  expect((await sync(place, 6)).code).toBe(0)
})

test('one source of two that lost its signals stops the run; one that the config no longer has does not', async () => {
  const place = await placeOfTwo()
  expect((await sync(place, 2)).code).toBe(0)
  await place.write('more/signals.csv', HEAD)
  const stopped = await sync(place, 3)
  expect(stopped.code).toBe(1)
  expect(stopped.stderr).toMatch(/source more .*no signal.*1 at the last run/)
  expect(await stagesOf(place)).toHaveLength(3)

  await place.change('config/oql.yaml', '    - { name: more', '    #- { name: more')
  expect((await sync(place, 4)).code).toBe(0)
})

test('a source whose signals all stand in another one too has lost nothing', async () => {
  const place = await readyPlace(HEAD + row('1', 'acme.com'))
  expect((await sync(place, 2)).code).toBe(0)
  await place.write('more/signals.csv', HEAD + row('1', 'acme.com'))
  await place.change(
    'config/oql.yaml',
    '{ name: own,',
    '{ name: first, type: files, format: canonical, path: "../more/*.csv" }\n    - { name: own,',
  )
  expect((await sync(place, 3)).code).toBe(0)
})

test('a first run on an empty store is none of this, and says that there is nothing', async () => {
  const place = await readyPlace(HEAD)
  const first = await place.oql('sync', '--as-of', '2025-06-02')
  expect(first.code).toBe(0)
  expect(first.stdout).toMatch(/no source has a signal/i)
  await place.write('data/signals.csv', HEAD + row('1', 'acme.com'))
  expect((await sync(place, 3)).code).toBe(0)
})
