import { glob, readdir } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBConnection } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { newPlace, type Place } from './place.ts'

const HEAD = 'id,occurred_at,kind,account_domain,account_name,email,url,version\n'
let ids = 0
const row = (day: number, domain: string, email = '', name = '') =>
  `${++ids},2025-06-0${day}T10:00:00Z,view,${domain},${name},${email},https://docs.example.org/x,1.0\n`

interface Forgetting {
  cacheFiles?: number
  hint: string
}

/** Every row of every Parquet file below data:, as one text each file. */
async function cached(place: Place): Promise<Map<string, string>> {
  const connection = await DuckDBConnection.create()
  const texts = new Map<string, string>()
  try {
    for await (const file of glob('.oql/{landed,rollup}/**/*.parquet', { cwd: place.directory })) {
      const whole = path.join(place.directory, file)
      const rows = await connection.runAndReadAll(
        `select string_agg(cast(t as varchar), ' ') from '${whole}' t`,
      )
      texts.set(file, String(rows.getRows()[0]?.[0]))
    }
  } finally {
    connection.closeSync()
  }
  return texts
}

const naming = async (place: Place, text: string): Promise<string[]> =>
  [...(await cached(place))].filter(([, rows]) => rows.toLowerCase().includes(text)).map(([file]) => file)

async function scoredPlace(): Promise<Place> {
  const place = await newPlace(
    HEAD + row(1, 'www.Acme.com/', 'Ann@Acme.com', 'Acme') + row(2, 'beta.io', 'bob@beta.io'),
  )
  await place.write('data/later.csv', HEAD + row(3, 'beta.io', 'cat@gmail.com'))
  await place.write('data/umlaut.csv', HEAD + row(4, 'shop.MÜNCHEN.de', 'Eva@münchen.de', 'Rathaus'))
  await place.json('score', '--as-of', '2025-06-09')
  return place
}

test('the files of the cache that name a company go at once; the others stay, and nothing is kept the second time', async () => {
  const place = await scoredPlace()
  expect((await naming(place, 'acme')).length).toBeGreaterThan(2)
  const others = await naming(place, 'gmail')
  const told = await place.oql('forget', 'acme.com')
  expect(told.code).toBe(0)
  expect(told.stdout).toMatch(/Removed what was kept of acme\.com: \d+ files of the cache\./)
  expect(await naming(place, 'acme')).toEqual([])
  expect(await naming(place, 'gmail')).toEqual(others)
  expect((await place.oql('forget', 'acme.com')).stdout).toContain('Nothing is kept of acme.com.')

  const { accounts } = await place.json<{ accounts: { domain: string }[] }>('score', '--as-of', '2025-06-09')
  expect(accounts.map(({ domain }) => domain).toSorted()).toEqual([
    'acme.com',
    'beta.io',
    'xn--mnchen-3ya.de',
  ])
})

test('no promise is left of what is gone: what was learnt of a file goes with it', async () => {
  const place = await scoredPlace()
  await place.json('forget', 'acme.com')
  for (const directory of ['landed', 'rollup']) {
    const files = await readdir(path.join(place.directory, '.oql', directory), { recursive: true })
    const stem = (name: string) => name.replace(/(\.people)?\.(parquet|json)$/, '')
    const learnt = new Set(files.filter(name => name.endsWith('.json')).map(stem))
    expect(new Set(files.filter(name => name.endsWith('.parquet')).map(stem))).toEqual(learnt)
  }
})

test('of a person, and of names that are written in another alphabet', async () => {
  const place = await scoredPlace()
  expect((await place.json<Forgetting>('forget', 'CAT@gmail.com')).cacheFiles).toBeGreaterThan(1)
  expect(await naming(place, 'cat@gmail')).toEqual([])
  expect(await naming(place, 'bob@beta')).not.toEqual([])
  expect((await place.json<Forgetting>('forget', 'eva@xn--mnchen-3ya.de')).cacheFiles).toBeGreaterThan(1)
  expect(await naming(place, 'münchen')).toEqual([])
  await place.json('score', '--as-of', '2025-06-09')
  await place.json('forget', 'münchen.de')
  expect([...(await naming(place, 'münchen')), ...(await naming(place, 'rathaus'))]).toEqual([])
})

test('of a domain that is folded into another, whose rollup holds its names', async () => {
  const place = await scoredPlace()
  await place.change('config/oql.yaml', 'store:', 'store:\n  aliases: { beta.io: [acme.com] }')
  await place.json('score', '--as-of', '2025-06-09')
  await place.json('forget', 'acme.com')
  expect(await naming(place, 'acme')).toEqual([])
})

test('texts that a killed command left, and a cache that is not whole, are no hindrance', async () => {
  const place = await scoredPlace()
  const [landed] = await naming(place, 'acme')
  await place.write(`${landed}.text.0a1b.tmp`, `${HEAD}${row(1, 'acme.com')}`)
  await place.write('.oql/landed/0123456789abcdef0123.parquet', 'PAR1')
  const { cacheFiles, hint } = await place.json<Forgetting>('forget', 'acme.com')
  expect(cacheFiles).toBeGreaterThan(2)
  expect(hint).toMatch(/at work/)
  expect(await naming(place, 'acme')).toEqual([])
})

test('before the first run there is nothing to look at, and nothing is made', async () => {
  const place = await newPlace()
  expect((await place.json<Forgetting>('forget', 'acme.com')).cacheFiles).toBeUndefined()
})
