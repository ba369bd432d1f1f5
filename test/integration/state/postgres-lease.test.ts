import { escapeIdentifier } from 'pg'
import { expect, test, vi } from 'vitest'
import type { StatePlace } from '../../../src/state/database/location.ts'
import type { HeldLease } from '../../../src/state/lease/held-lease.ts'
import { acquireLease } from '../../../src/state/lease/lease.ts'
import { LEASE_TIMES } from '../../../src/state/lease/postgres-lease.ts'
import { openState, type State } from '../../../src/state/state.ts'
import { newSchema, newUser, query } from '../../postgres/new-schema.ts'
import { account } from '../../unit/state/account.ts'
import { type Child, startChild } from './child-process.ts'

const NOW = new Date('2025-07-01T00:00:00Z')
const LOST = {
  name: 'LeaseLost',
  exitCode: 4,
  message: expect.stringContaining('lost the lease of the state postgres://127.0.0.1:'),
}
const tableOf = ({ schema }: StatePlace) => `${escapeIdentifier(schema)}.lease`

/** Turns the database's clock forth as far as the lease is concerned: its holder was not heard of for so long. */
const unheardFor = (place: StatePlace, seconds: number) =>
  query(
    place.url,
    `update ${tableOf(place)} set renewed_at = clock_timestamp() - interval '${seconds} seconds'`,
  )

async function takeOver(place: StatePlace): Promise<{ lease: HeldLease; state: State }> {
  await unheardFor(place, 60)
  const lease = await acquireLease(place, NOW)
  if (lease.status === 'held') throw new Error('another one holds the lease')
  return { lease, state: await openState(place, { lease }) }
}

const domainsIn = async (state: State) =>
  (await Array.fromAsync(state.accounts.byDomain())).map(({ domain }) => domain)

async function holderIn(place: StatePlace): Promise<Child> {
  const child = await startChild('holder', place)
  expect(await child.ask('write')).toBe('done')
  return child
}

test('a holder that was killed holds the lease until it was not heard of for a minute, and no longer', async () => {
  const place = await newSchema()
  const child = await holderIn(place)
  await child.kill()
  await unheardFor(place, 50)
  expect(await acquireLease(place, NOW)).toMatchObject({ status: 'held', holder: { pid: child.pid } })
  const { lease, state } = await takeOver(place)
  expect(await domainsIn(state)).toEqual(['holder.com'])
  await state.close()
  await lease.release()
})

test('the times keep what is promised: a holder stops by itself before another may take over, and that within a minute', () => {
  expect(LEASE_TIMES.renewMs * 2).toBeLessThan(LEASE_TIMES.giveUpMs)
  expect(LEASE_TIMES.giveUpMs).toBeLessThan(LEASE_TIMES.takeOverMs)
  expect(LEASE_TIMES.takeOverMs).toBeLessThanOrEqual(60_000)
})

test('a holder that was frozen and thawed after another took over can write no more', async () => {
  const place = await newSchema()
  const child = await holderIn(place)
  child.freeze()
  const { lease, state } = await takeOver(place)
  await state.accounts.put([account('successor.com')], 'run-2')
  child.thaw()

  for (const order of ['write', 'write-alone', 'assert']) {
    expect(await child.ask(order), order).toMatchObject(LOST)
  }
  expect(await child.ask('lost')).toBe(true)
  expect(await domainsIn(state)).toEqual(['holder.com', 'successor.com'])
  await expect(lease.assertHeld()).resolves.toBeUndefined()
  // Nor does it give away what is not its own any more.
  expect(await child.ask('release')).toBe('released')
  expect((await acquireLease(place, NOW)).status).toBe('held')
  await state.close()
  await lease.release()
  await child.kill()
})

test('a holder that was frozen in the middle of a transaction holds nobody up, and nothing of it is kept', async () => {
  const place = await newSchema()
  const child = await startChild('holder', place)
  expect(await child.ask('begin')).toBe('begun')
  child.freeze()
  const { lease, state } = await takeOver(place)
  // The same row that the frozen one has written.
  await state.accounts.put([account('holder.com', { score: 7 })], 'run-2')
  child.thaw()
  expect(await child.ask('end')).toMatchObject(LOST)
  expect((await state.accounts.get(['holder.com'])).get('holder.com')?.score).toBe(7)
  await state.close()
  await lease.release()
  await child.kill()
})

test('a transaction that is under way keeps the lease from being renewed by nobody, and from being taken over', async () => {
  const place = await newSchema()
  const times = { renewMs: 20, giveUpMs: 60_000, takeOverMs: 60_000 }
  const lease = await acquireLease(place, NOW, times)
  if (lease.status === 'held') throw new Error('nobody else can hold it')
  const state = await openState(place, { lease })
  const renewedAt = async () => (await query(place.url, `select renewed_at::text from ${tableOf(place)}`))[0]
  await state.transaction(async inside => {
    await inside.accounts.put([account('acme.com')], 'run-1')
    const before = await renewedAt()
    await vi.waitFor(async () => expect(await renewedAt()).not.toEqual(before), { timeout: 30_000 })
    // Past the lease itself: the lock is what holds, whoever asks.
    await expect(
      query(place.url, `set lock_timeout = 100; update ${tableOf(place)} set token = token + 1`),
    ).rejects.toThrow('lock timeout')
  })
  await state.close()
  await lease.release()
})

test('a holder that hears of its successor stops without being asked', async () => {
  const place = await newSchema()
  const first = await acquireLease(place, NOW, { renewMs: 20, giveUpMs: 60_000, takeOverMs: 60_000 })
  if (first.status === 'held') throw new Error('nobody else can hold it')
  await query(place.url, `update ${tableOf(place)} set token = token + 1`)
  await vi.waitFor(() => expect(first.lost.aborted).toBe(true), { timeout: 30_000 })
  expect(first.lost.reason).toMatchObject(LOST)
  await first.release()
})

test('a holder that can not reach the database gives up by itself', async () => {
  const place = await newUser(await newSchema())
  const lease = await acquireLease(place, NOW, { renewMs: 20, giveUpMs: 200, takeOverMs: 60_000 })
  if (lease.status === 'held') throw new Error('nobody else can hold it')
  await place.lockOut()
  await vi.waitFor(() => expect(lease.lost.aborted).toBe(true), { timeout: 30_000 })
  await expect(lease.assertHeld()).rejects.toMatchObject(LOST)
  await lease.release()
})

test('the token only goes up, and a lease that is held keeps no process alive', async () => {
  const place = await newSchema()
  const tokens: (number | undefined)[] = []
  for (let times = 0; times < 3; times++) {
    const lease = await acquireLease(place, NOW)
    if (lease.status === 'held') throw new Error('nobody else can hold it')
    tokens.push(lease.fence?.token)
    await lease.release()
  }
  expect(tokens).toEqual([1, 2, 3])
  const child = await startChild('lease-and-end', place)
  expect(child.told).toBe('acquired')
  await child.ended
})
