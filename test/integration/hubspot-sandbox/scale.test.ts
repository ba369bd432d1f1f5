import { expect, test } from 'vitest'
import { addKey, startSandbox } from './asking.ts'

/** What a sync of a large account meets. */
const COMPANIES = 100_000

test('with 100,000 companies a batch and a search by domains stay fast', async () => {
  const sandbox = await startSandbox({ unlimited: true })
  await addKey(sandbox)
  const { control, batch, search } = sandbox
  const made = control.insertMany(
    'companies',
    Array.from({ length: COMPANIES }, (_, n) => ({ name: `Company ${n}`, domain: `c${n}.com` })),
  )
  const some = made.filter((_, n) => n % 1_000 === 0)

  const updates = await timed(10, round =>
    batch(
      'update',
      some.map(({ id }) => ({ id, properties: { oql_domain: `${round}.${id}`, city: 'Rome' } })),
    ),
  )
  const upserts = await timed(10, round =>
    batch(
      'upsert',
      some.map(({ id }) => ({ id: `9.${id}`, idProperty: 'oql_domain', properties: { city: `${round}` } })),
    ),
  )
  const searches = await timed(10, () =>
    search({
      filterGroups: [
        {
          filters: [
            { propertyName: 'domain', operator: 'IN', values: some.map(one => one.properties.domain) },
          ],
        },
      ],
      limit: 200,
    }),
  )
  expect(updates.last.body.results).toHaveLength(100)
  expect(upserts.last.body.results).toHaveLength(100)
  expect(control.counters().records).toMatchObject({ created: 0, updated: 2_000 })
  expect(searches.last.body.total).toBe(100)
  // Looking at every company takes many times as long; a busy machine does not.
  for (const { medianMs } of [updates, upserts, searches]) expect(medianMs).toBeLessThan(100)
})

/** Half of the rounds took less than this. */
async function timed<T>(
  rounds: number,
  work: (round: number) => Promise<T>,
): Promise<{ medianMs: number; last: T }> {
  const times: number[] = []
  const one = async (round: number) => {
    const before = performance.now()
    const result = await work(round)
    times.push(performance.now() - before)
    return result
  }
  for (let round = 0; round < rounds - 1; round++) await one(round)
  const last = await one(rounds - 1)
  return { medianMs: times.toSorted((a, b) => a - b)[rounds / 2] ?? Number.NaN, last }
}
