import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { StatePlace } from '../../../src/state/database/location.ts'
import type { HeldLease } from '../../../src/state/lease/held-lease.ts'
import { acquireLease, leaseHeld } from '../../../src/state/lease/lease.ts'
import { startChild } from './child-process.ts'
import { DATABASES, newPlace } from './place.ts'

const NOW = new Date('2025-07-01T00:00:00Z')

async function acquired(place: StatePlace | string): Promise<HeldLease> {
  const lease = await acquireLease(place, NOW)
  if (lease.status === 'held') throw new Error('another one holds the lease')
  return lease
}

describe.each(DATABASES)('in $name', ({ newState }) => {
  test('a lease is held by one process, told to the others with its pid, and free once it is released', async () => {
    const place = await newState()
    const child = await startChild('holder', place)
    const holder = { pid: child.pid, host: hostname(), since: new Date('2025-06-02T00:00:00Z') }
    expect(await acquireLease(place, NOW)).toEqual({ status: 'held', holder })
    expect(await child.ask('release')).toBe('released')
    await (await acquired(place)).release()
    await child.kill()
  })

  test('a released lease can be taken again, and only once at a time in one process too', async () => {
    const place = await newState()
    const first = await acquired(place)
    expect(await acquireLease(place, NOW)).toMatchObject({ status: 'held', holder: { pid: process.pid } })
    await first.release()
    const again = await acquired(place)
    const child = await startChild('lease', place)
    expect(child.told).toBe('held')
    await again.release()
  })

  test('of many who try at once, one gets it', async () => {
    const place = await newState()
    const tried = await Promise.all(Array.from({ length: 6 }, () => acquireLease(place, NOW)))
    const winners = tried.filter(lease => lease.status === 'acquired')
    expect(winners).toHaveLength(1)
    for (const winner of winners) await winner.release()
  })

  test('who holds it may go on', async () => {
    const lease = await acquired(await newState())
    await expect(lease.assertHeld()).resolves.toBeUndefined()
    expect(lease.lost.aborted).toBe(false)
    await lease.release()
  })
})

test("the operating system's lock is free the moment its process is killed", async () => {
  const { url } = await newPlace()
  const child = await startChild('lease', url)
  expect(child.told).toBe('acquired')
  await child.kill()
  await (await acquired(url)).release()
})

test('a command that does not get the lease says who has it, and ends with 4', () => {
  expect(leaseHeld({ pid: 7, host: 'box', since: NOW })).toMatchObject({
    exitCode: 4,
    message: 'Another run holds the lease (process 7 on box, since 2025-07-01T00:00:00.000Z)',
  })
  expect(leaseHeld(null).message).toBe('Another run holds the lease')
})
