import type { Account } from '../../../src/domain/account.ts'
import { COUNT_FACTS, type Facts, RATIO_FACTS } from '../../../src/domain/facts.ts'

const zeros = Object.fromEntries([
  ...COUNT_FACTS.map(name => [name, 0] as const),
  ...RATIO_FACTS.map(name => [name, null] as const),
]) as Facts

/** An account with every field filled, but for what a test says. */
export const account = (domain: string, changes: Partial<Account> = {}, signals30 = 3): Account => ({
  domain,
  name: `The company of ${domain}`,
  country: 'DE',
  industry: null,
  size: '11-50',
  firstSeen: new Date('2025-01-02T03:04:05.678Z'),
  lastSeen: new Date('2025-06-01T10:00:00Z'),
  points: 12.25,
  score: 12.25,
  facts: { ...zeros, signals_30: signals30, signals_mom: -0.3333 },
  topArtifacts: ['acme/server', 'docs, "quoted"'],
  calledStage: 'interest',
  stage: 'investigation',
  stageSince: new Date('2025-05-01T00:00:00Z'),
  lowerSince: new Date('2025-05-30T00:00:00Z'),
  previousStage: 'interest',
  stageDirection: 'up',
  direction: null,
  risk: 'medium',
  riskLowerSince: null,
  reason: 'Two weeks in a row with a page of the docs',
  trend: 'steady',
  ...changes,
})
