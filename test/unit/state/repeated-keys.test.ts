import { beforeEach, expect, test } from 'vitest'
import type { State } from '../../../src/state/state.ts'
import { account } from './account.ts'
import { emptyState } from './empty-state.ts'

/** A database may refuse a statement that writes one row twice; who writes a batch need not know. */
let state: State
beforeEach(async () => {
  state = await emptyState()
})

const AT = new Date('2025-01-01T00:00:00Z')
const link = (by: 'domain' | 'hand', remoteId: string) => ({
  connector: 'hubspot',
  domain: 'acme.com',
  object: 'companies',
  remoteId,
  by,
  stamped: false,
})

test('of an account that is put twice at once, the last counts', async () => {
  await state.accounts.put([account('acme.com', { score: 1 }), account('acme.com', { score: 2 })], 'run-1')
  expect((await state.accounts.get(['acme.com'])).get('acme.com')?.score).toBe(2)
})

test('of two links of one account, what a person said counts, else the last', async () => {
  await state.links.put([link('domain', '1'), link('domain', '2')])
  expect((await state.links.get('hubspot', ['acme.com'])).get('acme.com')?.remoteId).toBe('2')
  await state.links.put([link('hand', '3'), link('domain', '4')])
  expect((await state.links.get('hubspot', ['acme.com'])).get('acme.com')?.remoteId).toBe('3')
})

test('a change that is refused twice in one batch is one rejection, with the last reason', async () => {
  const refusal = (reason: string) => ({
    name: 'acme.com',
    domain: 'acme.com',
    reason,
    code: null,
    field: null,
    trace: null,
    fieldsHash: 'h',
  })
  await state.rejections.raise('hubspot', [refusal('first'), refusal('second')], AT)
  expect((await state.rejections.get('hubspot', ['acme.com'])).get('acme.com')).toMatchObject({
    reason: 'second',
    attempts: 1,
  })
})

test('a zero byte in a text does not end a run', async () => {
  await state.accounts.put([account('acme.com', { name: 'A\0cme' })], 'run-1')
  expect((await state.accounts.get(['acme.com'])).get('acme.com')?.name).toMatch(/^A[\0\ufffd]cme$/)
})
