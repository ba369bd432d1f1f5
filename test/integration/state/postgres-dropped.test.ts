import { expect, test } from 'vitest'
import { locate, type StatePlace } from '../../../src/state/database/location.ts'
import { openPostgres, type PostgresMode } from '../../../src/state/database/postgres.ts'
import type { HeldLease } from '../../../src/state/lease/held-lease.ts'
import { acquireLease } from '../../../src/state/lease/lease.ts'
import type { LeaseTimes } from '../../../src/state/lease/postgres-lease.ts'
import { openState } from '../../../src/state/state.ts'
import { freezingProxy } from '../../postgres/freezing-proxy.ts'
import { newSchema } from '../../postgres/new-schema.ts'
import { account } from '../../unit/state/account.ts'

const NOW = new Date('2025-07-01T00:00:00Z')
/** Far shorter than a run's own limit on a statement. */
const GIVES_UP: LeaseTimes = { renewMs: 100, giveUpMs: 1_500, takeOverMs: 60_000 }
const LOST = { name: 'LeaseLost', exitCode: 4 }

/** A state that is there, through a network that can go silent. */
async function throughProxy() {
  const place = await newSchema()
  await (await openState(place)).close()
  const proxy = await freezingProxy(place.url)
  return { ...proxy, place: { ...place, url: proxy.url } satisfies StatePlace }
}

async function held(place: StatePlace, times: LeaseTimes): Promise<HeldLease> {
  const lease = await acquireLease(place, NOW, times)
  if (lease.status === 'held') throw new Error('nobody else can hold it')
  return lease
}

const tables = (place: StatePlace, mode: PostgresMode, answerMs: number) => {
  const location = locate(place)
  if (location.kind !== 'postgres') throw new Error('this is no PostgreSQL')
  return openPostgres<{ schemaVersion: { version: number } }>(location, mode, answerMs)
}

test('a question whose answer never comes ends in time and says so; the next one asks on a new connection', async () => {
  const { place, freeze, thaw } = await throughProxy()
  const db = tables(place, { kind: 'read_only' }, 300)
  const versions = () => db.selectFrom('schemaVersion').select('version').execute()
  const before = await versions()
  freeze()
  for (const _ of ['on the connection that was there', 'on one that never comes about']) {
    await expect(versions()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/does not answer any more|can't be reached/),
      hint: expect.any(String),
    })
  }
  thaw()
  expect(await versions()).toEqual(before)
  freeze()
  await db.destroy()
})

test('what a run waits for when its lease is lost is given up: statements, transactions, commits, and the end', async () => {
  const { place, freeze } = await throughProxy()
  const lease = await held(place, GIVES_UP)
  const state = await openState(place, { lease })
  await state.accounts.put([account('acme.com')], 'run-1')
  const midway = Promise.withResolvers<void>()
  const transaction = state.transaction(async inside => {
    await inside.accounts.put([account('beta.io')], 'run-1')
    freeze()
    midway.resolve()
    await inside.accounts.put([account('gamma.dev')], 'run-1')
  })
  await midway.promise
  const waiting = state.runs.list(10)
  await expect(transaction).rejects.toMatchObject(LOST)
  await expect(waiting).rejects.toMatchObject(LOST)
  await expect(state.runs.list(10)).rejects.toMatchObject(LOST)
  await expect(lease.assertHeld()).rejects.toMatchObject(LOST)
  await state.close()
  await lease.release()
})

test('who waits for the only connection waits as long as it is taken', async () => {
  const { place } = await throughProxy()
  const db = tables(place, { kind: 'unfenced', session: 'oql' }, 200)
  const order: string[] = []
  const long = db.transaction().execute(async inside => {
    await inside.selectFrom('schemaVersion').select('version').execute()
    // Work of its own between two statements: longer than the database may take for one.
    await new Promise(resolve => setTimeout(resolve, 600))
    order.push('first')
  })
  const second = db
    .selectFrom('schemaVersion')
    .select('version')
    .execute()
    .then(() => order.push('second'))
  await Promise.all([long, second])
  expect(order).toEqual(['first', 'second'])
  await db.destroy()
})
