import { beforeEach, describe, expect, test } from 'vitest'
import type { OutboxNotice } from '../../../src/domain/notice.ts'
import { LONGEST_BACK_OFF_MS } from '../../../src/state/outbox/ready-notices.ts'
import type { State } from '../../../src/state/state.ts'
import { emptyState } from './empty-state.ts'

const NOW = new Date('2025-06-02T12:00:00Z')
const hour = (n: number): Date => new Date(NOW.getTime() + n * 3_600_000)
const HOOK = { channel: 'hook', about: 'stage' } as const
let state: State

beforeEach(async () => {
  state = await emptyState()
})

const notice = (id: string, over: Partial<OutboxNotice> = {}): OutboxNotice => ({
  id,
  ...HOOK,
  connector: null,
  domain: 'acme.com',
  at: hour(-10),
  runId: 'run',
  from: 'interest',
  to: 'investigation',
  direction: 'up',
  content: { score: 4.5, name: null, stage: 'investigation' },
  status: 'pending',
  isDue: true,
  isTried: false,
  attempts: 0,
  nextAttemptAt: null,
  error: null,
  since: hour(-9),
  settledAt: null,
  ...over,
})

const readyIds = async (now = NOW, limit = 10) =>
  (await state.notices.ready(HOOK, now, limit)).map(({ id }) => id)
const byId = async () =>
  new Map((await Array.fromAsync(state.notices.list())).map(one => [one.id, one] as const))

test('a notice comes back as it went in, and is there once however often it is added', async () => {
  const whole = notice('a', { nextAttemptAt: hour(1), error: 'HTTP 500', attempts: 2, isTried: true })
  await state.notices.add([whole])
  await state.notices.add([{ ...whole, attempts: 0, status: 'dropped' }, notice('b')])
  expect((await byId()).get('a')).toEqual(whole)
  expect(await state.notices.count('pending')).toBe(2)
})

describe('what may go', () => {
  test('is the oldest first, one of each account', async () => {
    await state.notices.add([
      notice('later', { at: hour(-1) }),
      notice('first', { at: hour(-3) }),
      notice('other', { at: hour(-2), domain: 'beta.com' }),
      notice('oldest', { at: hour(-4), domain: 'gamma.com' }),
    ])
    expect(await readyIds()).toEqual(['oldest', 'first', 'other'])
    expect(await readyIds(NOW, 1)).toEqual(['oldest'])
  })

  test('is held back by an earlier one of its account and channel until that is settled', async () => {
    await state.notices.add([
      notice('waits', { at: hour(-3), isDue: false, connector: 'crm' }),
      notice('held', { at: hour(-2) }),
      notice('risk', { at: hour(-3), about: 'risk' }),
      notice('elsewhere', { at: hour(-3), channel: 'other' }),
    ])
    expect(await readyIds()).toEqual([])
    expect(await state.notices.drop('crm', ['acme.com'], 'nobody', NOW)).toBe(1)
    expect(await readyIds()).toEqual(['held'])
  })

  test('comes when its time has come, or was put off by a clock that was set back', async () => {
    await state.notices.add([
      notice('soon', { nextAttemptAt: hour(1) }),
      notice('years', { nextAttemptAt: hour(9_000), domain: 'beta.com' }),
    ])
    expect(await readyIds()).toEqual(['years'])
    expect(await state.notices.nextAttempt(HOOK, NOW)).toEqual(hour(1))
    expect(await readyIds(hour(1))).toEqual(['soon', 'years'])
    expect(LONGEST_BACK_OFF_MS).toBeGreaterThan(3_600_000)
  })

  test('is put off with all of its channel', async () => {
    await state.notices.add([
      notice('a'),
      notice('b', { domain: 'beta.com', nextAttemptAt: hour(3) }),
      notice('c', { channel: 'other' }),
    ])
    await state.notices.putOff(HOOK, hour(2))
    expect(await readyIds(hour(2))).toEqual(['a'])
    expect(await readyIds(hour(3))).toEqual(['a', 'b'])
    expect((await byId()).get('c')?.nextAttemptAt).toBeNull()
  })

  test('goes together with later ones of its account, by pages, unless an earlier one has to wait', async () => {
    await state.notices.add([
      notice('a1', { at: hour(-3) }),
      notice('a2', { at: hour(-2) }),
      notice('b1', { at: hour(-3), domain: 'beta.com', nextAttemptAt: hour(1) }),
      notice('b2', { at: hour(-2), domain: 'beta.com' }),
    ])
    const pages = await Array.fromAsync(state.notices.pagesTogether(HOOK, NOW, 1))
    expect(pages.map(page => page.map(({ id }) => id))).toEqual([['a1'], ['a2']])
    expect(await state.notices.countTogether(HOOK, NOW)).toBe(2)
  })
})

describe('what waits for a connector', () => {
  const waiting = (id: string, domain: string) => notice(id, { domain, connector: 'crm', isDue: false })

  test('is found by pages, and goes, waits on with a reason, or ends', async () => {
    await state.notices.add([
      waiting('a', 'a.com'),
      waiting('b', 'b.com'),
      waiting('c', 'c.com'),
      notice('due', { connector: 'crm' }),
    ])
    expect(await Array.fromAsync(state.notices.waiting('crm', 2))).toEqual([['a.com', 'b.com'], ['c.com']])
    await state.notices.hold('crm', ['a.com', 'b.com'], 'ambiguous')
    await state.notices.release('crm', ['a.com'])
    expect(await state.notices.drop('crm', ['c.com'], 'no record', NOW)).toBe(1)
    const now = await byId()
    expect(now.get('a')).toMatchObject({ isDue: true, error: null })
    expect(now.get('b')).toMatchObject({ isDue: false, error: 'ambiguous', status: 'pending' })
    expect(now.get('c')).toMatchObject({ status: 'dropped', error: 'no record', settledAt: NOW })
  })

  test('is unconfirmed while a change of the account’s own record is planned or failed in that run', async () => {
    await state.runs.begin({ id: 'run', startedAt: NOW, asOf: NOW, model: { name: 'default', hash: 'abc' } })
    const change = (domain: string, kind: 'account' | 'lead') => ({
      connector: 'crm',
      kind,
      key: kind === 'lead' ? `${domain}#1` : domain,
      domain,
      object: kind === 'lead' ? 'leads' : 'companies',
      remoteId: '1',
      action: 'update' as const,
      fields: {},
      ifEmpty: [],
      associate: [],
      why: '',
      priority: 0 as const,
    })
    const domains = ['planned.com', 'written.com', 'failed.com']
    await state.changes.plan('run', [
      ...domains.map(domain => change(domain, 'account')),
      change('lead.com', 'lead'),
    ])
    await state.changes.recordOutcomes(
      'run',
      'crm',
      (['written', 'failed'] as const).map(status => ({
        object: 'companies',
        key: `${status}.com`,
        status,
        remoteId: '1',
        failure: null,
      })),
    )
    const asked = [...domains, 'lead.com', 'nothing.com']
    expect(await state.notices.unconfirmed('run', 'crm', asked)).toEqual(
      new Set(['planned.com', 'failed.com']),
    )
    expect(await state.notices.unconfirmed('another', 'crm', asked)).toEqual(new Set())
  })
})

test('what a batch came to is recorded, with the failed attempts counted', async () => {
  const ids = ['a', 'b', 'c', 'd']
  await state.notices.add(ids.map(id => notice(id, { domain: `${id}.com`, connector: 'crm' })))
  await state.notices.markTried(['a', 'b'])
  await state.notices.record(
    [
      { id: 'a', status: 'delivered' },
      { id: 'b', status: 'failed', error: 'no' },
      { id: 'c', status: 'again', error: 'HTTP 500', nextAttemptAt: hour(1) },
      { id: 'd', status: 'unlinked', error: 'gone' },
    ],
    NOW,
  )
  const now = await byId()
  expect(now.get('a')).toMatchObject({ status: 'delivered', attempts: 1, isTried: true, settledAt: NOW })
  expect(now.get('b')).toMatchObject({ status: 'failed', attempts: 1, error: 'no', settledAt: NOW })
  expect(now.get('c')).toMatchObject({
    status: 'pending',
    attempts: 1,
    nextAttemptAt: hour(1),
    isTried: false,
  })
  expect(now.get('d')).toMatchObject({ status: 'pending', attempts: 0, isDue: false, error: 'gone' })
})

test('what came in too long ago ends with what was wrong with it last', async () => {
  await state.notices.add([
    notice('old', { since: hour(-200), error: 'HTTP 500' }),
    notice('silent', { since: hour(-200), domain: 'beta.com' }),
    notice('new'),
    notice('risk', { since: hour(-200), about: 'risk' }),
  ])
  expect(await state.notices.expired(hour(-168))).toEqual([
    { channel: 'hook', about: 'risk', notices: 1 },
    { channel: 'hook', about: 'stage', notices: 2 },
  ])
  await state.notices.expire(HOOK, hour(-168), { status: 'failed', error: 'too late', at: NOW })
  const failed = await Array.fromAsync(state.notices.list('failed', 1))
  expect(failed.map(({ id, error }) => [id, error])).toEqual([
    ['old', 'too late: HTTP 500'],
    ['silent', 'too late'],
  ])
})

test('retry gives failed ones all their attempts and time again, and forgets not that they were sent', async () => {
  const failed = { status: 'failed', attempts: 12, error: 'no', settledAt: NOW, isTried: true } as const
  await state.notices.add([
    notice('hook', failed),
    notice('crm', { ...failed, connector: 'crm' }),
    notice('delivered', { status: 'delivered' }),
  ])
  expect(await state.notices.retry(['crm', 'delivered', 'nobody'], hour(1))).toEqual(['crm'])
  expect(await state.notices.retryAll(hour(2))).toBe(1)
  const now = await byId()
  const fresh = { status: 'pending', attempts: 0, error: null, settledAt: null, isTried: true }
  expect(now.get('crm')).toMatchObject({ ...fresh, since: hour(1), isDue: false })
  expect(now.get('hook')).toMatchObject({ ...fresh, since: hour(2), isDue: true })
})

test('what a run recorded for accounts whose stage the CRM knew better is taken back', async () => {
  await state.notices.add([
    notice('a'),
    notice('b', { domain: 'beta.com' }),
    notice('c', { runId: 'earlier' }),
  ])
  await state.moves.removeOfRun('run', ['acme.com'])
  expect([...(await byId()).keys()]).toEqual(['b', 'c'])
})

test('what was settled before goes, what is pending stays', async () => {
  await state.notices.add([
    notice('old', { status: 'delivered', settledAt: hour(-5) }),
    notice('new', { status: 'failed', settledAt: hour(-1) }),
    notice('pending'),
  ])
  await state.prune({ runs: hour(-9), changes: hour(-9), notices: hour(-2) })
  expect([...(await byId()).keys()].toSorted()).toEqual(['new', 'pending'])
})
