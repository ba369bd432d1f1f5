import { expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../../src/domain/errors.ts'
import { REPLICAS, writeSignals } from '../../bench/replica-project.ts'
import { freezeHolder, killHolder } from '../../bench/replica-rounds.ts'
import { heldBy, wrongsIn } from '../../bench/replica-verdict.ts'
import { newWorld } from '../../bench/replica-world.ts'
import { newSchema } from '../../postgres/new-schema.ts'

const ACCOUNTS = 60
const [first, second] = REPLICAS

/** Smaller than `npm run bench:replicas`, which holds all it says at random moments. */
test('two replicas: whether the holder is frozen or killed in its middle, no record, task or change is there twice or missing', async () => {
  const world = await newWorld(await newSchema(), { crm: 100, receiver: 20 })
  onTestFinished(() => world.close())

  await writeSignals(world.folder, 0, ACCOUNTS)
  const frozen = await freezeHolder(
    world,
    { round: 0, middle: 'telling', after: 10, holder: first, other: second },
    'aged',
  )
  expect(frozen).toMatchObject({
    reached: true,
    thawedMidway: true,
    refused: {
      code: EXIT.leaseHeld,
      stderr: expect.stringContaining('Another run holds the lease (process '),
    },
    holder: {
      code: EXIT.leaseHeld,
      stderr: expect.stringContaining('lost the lease of the state postgres://'),
    },
  })
  const killed = await killHolder(
    world,
    { round: 1, middle: 'writing', after: 1, holder: second, other: first },
    'aged',
  )
  expect(killed).toMatchObject({ reached: true, refused: { code: EXIT.leaseHeld } })

  const held = heldBy(world)
  // Against itself: nothing is missing there.
  expect(Object.entries(wrongsIn(held, held)).filter(([, some]) => some.length > 0)).toEqual([])
  expect(held.records).toHaveLength(2 * ACCOUNTS)
  expect(held.records.filter(({ fields }) => !/"oql_stage(__c)?","inactive"/i.test(fields))).toEqual([])
  // Each account is new, then inactive: a task for each in both CRMs, and a change at both webhooks.
  expect(held.tasks).toHaveLength(2 * 2 * ACCOUNTS)
  expect(new Set(held.told.map(({ id }) => id)).size).toBe(2 * 2 * ACCOUNTS)
})
