import { afterEach, beforeEach, expect, test } from 'vitest'
import { SessionFault } from '../../../src/contract/faults.ts'
import { callLedger } from '../../../src/delivery/session/call-ledger.ts'
import { openState, type State } from '../../../src/state/state.ts'

const NOON = Date.parse('2026-05-04T12:00:00Z')
let state: State
beforeEach(async () => {
  state = await openState('sqlite::memory:')
})
afterEach(() => state.close())

async function open(over: { budget?: number | null; daily?: number | null; timeZone?: string } = {}) {
  const counts = { read: 0, write: 0 }
  const now = { ms: NOON }
  const { budget = 0.5, daily = 10, timeZone } = over
  const ledger = await callLedger({
    name: 'hubspot',
    budget,
    state,
    clock: { now: () => now.ms, sleep: async () => undefined },
    limits: () => ({
      maxBatch: 1,
      maxConcurrent: 1,
      ...(daily === null ? {} : { daily }),
      ...(timeZone === undefined ? {} : { timeZone }),
    }),
    counts,
  })
  return { ledger, counts, now }
}

test('no call leaves once the share of the day is used up, and the message says how much that is', async () => {
  const { ledger, counts } = await open()
  counts.read = 4
  ledger.beforeCall()
  counts.write = 1
  expect(() => ledger.beforeCall()).toThrow(
    new SessionFault('quota', 'the budget for today is used up (5 of 5 calls)'),
  )
  expect(ledger.standing()).toEqual({ used: 5, of: 5 })
})

test('calls of an earlier process of the day count, those of the day before do not', async () => {
  await state.connectors.addCalls('hubspot', '2026-05-03', 9)
  const first = await open()
  first.counts.write = 3
  await first.ledger.save()
  await first.ledger.save()
  const second = await open()
  expect(second.ledger.standing()).toEqual({ used: 3, of: 5 })
  second.counts.read = 1
  second.ledger.beforeCall()
  await second.ledger.save()
  expect((await state.connectors.get('hubspot')).callsByDay).toEqual({ '2026-05-03': 9, '2026-05-04': 4 })
})

test("a day is the CRM's: at noon UTC it is the next one in Auckland, and it starts anew there at midnight", async () => {
  const { ledger, counts, now } = await open({ timeZone: 'Pacific/Auckland' })
  counts.write = 5
  expect(() => ledger.beforeCall()).toThrow('used up')
  now.ms = Date.parse('2026-05-05T12:30:00Z')
  ledger.beforeCall()
  await ledger.save()
  expect((await state.connectors.get('hubspot')).callsByDay).toEqual({ '2026-05-05': 5 })
})

test('what the CRM allows is remembered: a day that is used up costs a later process not even the question', async () => {
  const first = await open({ daily: 10, timeZone: 'Pacific/Auckland' })
  first.counts.write = 5
  await first.ledger.save()
  const later = await open({ daily: null })
  expect(later.ledger.standing()).toEqual({ used: 5, of: 5 })
  expect(() => later.ledger.beforeCall()).toThrow('used up')
  later.now.ms = Date.parse('2026-05-05T12:30:00Z')
  later.ledger.beforeCall()
})

test('without a budget, or where the CRM tells no quota, nothing is held back', async () => {
  const free = await open({ budget: null })
  free.counts.write = 100
  free.ledger.beforeCall()
  expect(free.ledger.standing()).toBeNull()
})
