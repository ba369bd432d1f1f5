import { describe, expect, it } from 'vitest'
import type { Cleaning } from '../../reference/clean.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import { reference } from '../../reference/reference.ts'
import type { SignalRow } from '../../reference/signal-row.ts'
import type { RememberedAccount } from '../../reference/step.ts'

const asOf = new Date('2025-06-02T00:00:00Z')

const remembered = (values: Partial<RememberedAccount>): RememberedAccount => ({
  domain: 'acme.com',
  name: 'Acme',
  country: 'DE',
  firstSeen: new Date('2024-01-01T00:00:00Z'),
  lastSeen: new Date('2025-05-01T00:00:00Z'),
  stage: 'investigation',
  stageSince: new Date('2024-02-01T00:00:00Z'),
  lowerSince: null,
  previousStage: 'interest',
  stageDirection: 'up',
  risk: null,
  riskLowerSince: null,
  ...values,
})
const run = (accounts: RememberedAccount[], rows: SignalRow[] = [], cleaning: Partial<Cleaning> = {}) =>
  reference(rows, {
    model: DEFAULT_MODEL,
    cleaning: { ...PLAIN_CLEANING, ...cleaning },
    asOf,
    remembered: accounts,
  })
const view = (domain: string, day: string): SignalRow => ({
  format: 'canonical',
  id: day,
  occurred_at: `${day} 10:00:00`,
  kind: 'view',
  account_domain: domain,
})

describe('a remembered account without signals', () => {
  it('is scored as an empty one', () => {
    const [account] = run([remembered({})]).accounts
    expect(account).toMatchObject({
      name: 'Acme',
      country: 'DE',
      points: 0,
      calledStage: 'interest',
      stage: 'investigation',
      lowerSince: asOf,
      direction: null,
      trend: 'steady',
      facts: { signals_90: 0, signals_mom: null, last_seen_days: 32, top_artifacts: [] },
    })
  })

  it('becomes inactive in its time, and its risk is forgotten', () => {
    const [account] = run([remembered({ lastSeen: new Date('2025-04-03T00:00:00Z'), risk: 'high' })]).accounts
    expect(account).toMatchObject({ stage: 'inactive', direction: 'down', score: 0, risk: null, trend: null })
  })
})

describe('first and last seen', () => {
  it('are the earlier and the later of remembered and there', () => {
    const [account] = run([remembered({})], [view('acme.com', '2025-04-20')]).accounts
    expect(account).toMatchObject({
      firstSeen: new Date('2024-01-01T00:00:00Z'),
      lastSeen: new Date('2025-05-01T00:00:00Z'),
    })
  })

  it('of a fold take in what is folded', () => {
    const { accounts, retired } = run([remembered({ domain: 'acme.io' })], [view('acme.com', '2025-05-20')], {
      aliases: { 'acme.com': ['acme.io'] },
    })
    expect(retired).toEqual(['acme.io'])
    expect(accounts).toHaveLength(1)
    expect(accounts[0]).toMatchObject({
      domain: 'acme.com',
      direction: 'first',
      firstSeen: new Date('2024-01-01T00:00:00Z'),
      lastSeen: new Date('2025-05-20T10:00:00Z'),
    })
  })
})

describe('a remembered account that the config leaves out', () => {
  it('is retired and not listed', () => {
    const { accounts, retired } = run([remembered({ domain: 'gmail.com' })])
    expect(retired).toEqual(['gmail.com'])
    expect(accounts).toEqual([])
  })
})
