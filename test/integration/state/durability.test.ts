import { stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { StatePlace } from '../../../src/state/database/location.ts'
import { openState } from '../../../src/state/state.ts'
import { account } from '../../unit/state/account.ts'
import { startChild } from './child-process.ts'
import { DATABASES, newPlace } from './place.ts'

const AT = new Date('2025-06-02T00:00:00Z')

async function withOneAccount(place: StatePlace | string): Promise<void> {
  const state = await openState(place)
  await state.runs.begin({ id: 'run-1', startedAt: AT, asOf: AT, model: { name: 'default', hash: 'h' } })
  await state.accounts.put([account('acme.com')], 'run-1')
  await state.close()
}

async function accountsOf(place: StatePlace | string) {
  const state = await openState(place, { readOnly: true })
  const accounts = await Array.fromAsync(state.accounts.byDomain())
  await state.close()
  return accounts
}

describe.each(DATABASES)('in $name', ({ newState }) => {
  test('a kill in the middle of a transaction leaves the state before it', async () => {
    const place = await newState()
    await withOneAccount(place)
    const child = await startChild('half-written', place)
    await child.kill()
    expect(await accountsOf(place)).toEqual([account('acme.com')])
    const state = await openState(place)
    await state.accounts.put([account('acme.com', { stage: 'interest' })], 'run-1')
    await state.close()
  })

  test('a kill after a commit loses nothing', async () => {
    const place = await newState()
    await withOneAccount(place)
    const child = await startChild('committed', place)
    await child.kill()
    expect(await accountsOf(place)).toEqual([account('acme.com', { stage: 'inactive' })])
  })

  test('others read the state before a transaction while it is under way', async () => {
    const place = await newState()
    await withOneAccount(place)
    const child = await startChild('half-written', place)
    expect(await accountsOf(place)).toEqual([account('acme.com')])
    await child.kill()
  })

  test('processes that make the same state at once all find it whole', async () => {
    const children = await Promise.all(Array.from({ length: 4 }, () => startChild('open-each')))
    for (let round = 0; round < 15; round++) {
      const place = JSON.stringify(await newState())
      const answers = await Promise.all(children.map(child => child.ask(place)))
      expect(answers).toEqual(children.map(() => ({ runs: 0 })))
    }
    await Promise.all(children.map(child => child.kill()))
  })

  test('transactions of one state that overlap are done one after the other', async () => {
    const state = await openState(await newState())
    const days = Array.from({ length: 20 }, (_, index) => `2025-06-${String(index % 5).padStart(2, '0')}`)
    await Promise.all(days.map(day => state.connectors.addCalls('hubspot', day, 1)))
    const { callsByDay } = await state.connectors.get('hubspot')
    expect(Object.values(callsByDay)).toEqual([4, 4, 4, 4, 4])
    await state.close()
  })
})

test('a part of a transaction is on the disk before it is committed, and counts for nothing', async () => {
  const { file, url } = await newPlace()
  await withOneAccount(url)
  const child = await startChild('half-written', url)
  expect((await stat(`${file}-wal`)).size).toBeGreaterThan(1_000_000)
  await child.kill()
  expect(await accountsOf(url)).toEqual([account('acme.com')])
})

test('a transaction has the right to write from its beginning, so that what it read still holds', async () => {
  const { file, url } = await newPlace()
  await withOneAccount(url)
  const child = await startChild('only-read', url)
  const impatient = new DatabaseSync(file, { timeout: 0 })
  expect(() => impatient.exec("update runs set status = 'failed'")).toThrow('database is locked')
  await child.kill()
  impatient.exec("update runs set status = 'failed'")
  impatient.close()
})
