import { expect, test } from 'vitest'
import type { RelatedRecord } from '../../../src/domain/related-record.ts'
import { leadStanding } from '../../../src/plan/related/lead-standing.ts'

const DAY_MS = 86_400_000
const AS_OF = new Date('2026-11-24T00:00:00Z')
const daysAgo = (days: number) => new Date(AS_OF.getTime() - days * DAY_MS)

const lead = (number: number, over: Partial<RelatedRecord> = {}): RelatedRecord => ({
  connector: 'hubspot',
  kind: 'lead',
  key: `acme.com#${number}`,
  domain: 'acme.com',
  object: 'leads',
  remoteId: `${number}`,
  status: 'open',
  delivered: { fields: {}, asOf: null },
  madeAt: daysAgo(100),
  closedAt: null,
  ...over,
})

test('an account without a lead is due its first', () => {
  expect(leadStanding([], null, AS_OF)).toEqual({ standing: 'due', number: 1 })
})

test('the last lead decides, counted as a number', () => {
  const closed = Array.from({ length: 9 }, (_, n) =>
    lead(n + 1, { status: 'closed', closedAt: daysAgo(300) }),
  )
  const open = lead(10)
  expect(leadStanding([open, ...closed], 180 * DAY_MS, AS_OF)).toEqual({ standing: 'open', lead: open })
})

test.each(['closed', 'converted'] as const)(
  'one that was %s is over for good where `again` is never',
  status => {
    expect(leadStanding([lead(1, { status, closedAt: daysAgo(3_000) })], null, AS_OF)).toEqual({
      standing: 'over',
      as: status,
    })
  },
)

test('the next one is due at the moment that `again` names, not a moment sooner', () => {
  const closedAt = (ms: number) => lead(2, { status: 'closed', closedAt: new Date(AS_OF.getTime() - ms) })
  expect(leadStanding([closedAt(30 * DAY_MS)], 30 * DAY_MS, AS_OF)).toEqual({ standing: 'due', number: 3 })
  expect(leadStanding([closedAt(30 * DAY_MS - 1)], 30 * DAY_MS, AS_OF)).toEqual({
    standing: 'over',
    as: 'closed',
  })
})

test('a lead of which the CRM does not tell when it was closed counts from when it was made', () => {
  const again = (days: number) => leadStanding([lead(1, { status: 'closed' })], days * DAY_MS, AS_OF)
  expect(again(100)).toEqual({ standing: 'due', number: 2 })
  expect(again(101)).toEqual({ standing: 'over', as: 'closed' })
})
