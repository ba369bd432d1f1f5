import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { acquireLease, leaseHeld } from '../../../src/state/lease.ts'
import { startChild } from './child-process.ts'
import { newPlace } from './place.ts'

const NOW = new Date('2025-07-01T00:00:00Z')

test('a lease is held by one process, told to the others with its pid, and free once that one is killed', async () => {
  const { url } = await newPlace()
  const child = await startChild('lease', url)
  expect(child.told).toBe('acquired')
  const second = await acquireLease(url, NOW)
  const holder = { pid: child.pid, host: hostname(), since: new Date('2025-06-02T00:00:00Z') }
  expect(second).toEqual({ status: 'held', holder })

  await child.kill()
  const third = await acquireLease(url, NOW)
  expect(third.status).toBe('acquired')
  if (third.status === 'acquired') await third.release()
})

test('a released lease can be taken again, and only once at a time in one process too', async () => {
  const { url } = await newPlace()
  const first = await acquireLease(url, NOW)
  expect(await acquireLease(url, NOW)).toMatchObject({ status: 'held', holder: { pid: process.pid } })
  if (first.status === 'acquired') await first.release()
  const again = await acquireLease(url, NOW)
  expect(again.status).toBe('acquired')
  const child = await startChild('lease', url)
  expect(child.told).toBe('held')
  if (again.status === 'acquired') await again.release()
})

test('a command that does not get the lease says who has it, and ends with 4', () => {
  expect(leaseHeld({ pid: 7, host: 'box', since: NOW })).toMatchObject({
    exitCode: 4,
    message: 'Another run holds the lease (process 7 on box, since 2025-07-01T00:00:00.000Z)',
  })
  expect(leaseHeld(null).message).toBe('Another run holds the lease')
})
