import { expect, test } from 'vitest'
import { renderComparison } from '../../../src/cli/render-comparison.ts'
import type { Comparison } from '../../../src/run/compare/compare.ts'
import { pretendTerminal } from './pretend-terminal.ts'

const COMPARED: Comparison = {
  connector: 'hubspot',
  field: 'scarf_funnel_stage',
  agree: 2,
  differ: 2,
  pairs: [
    { ours: 'interest', scarf: 'interest', accounts: 2 },
    { ours: 'ongoing_usage', scarf: 'experimentation', accounts: 2 },
  ],
  notCompared: {
    out_of_scope: 0,
    no_record: 1_200,
    ambiguous: 0,
    shared: 0,
    empty: 3,
    unknown_stage: 4,
    written_by_us: 0,
  },
  unknownStages: { 'Churned\u001B[2J': 4 },
  differences: ['acme.com', 'beta.io'].map(domain => ({
    domain,
    ours: 'ongoing_usage',
    scarf: 'experimentation',
    condition: 'Ongoing Usage: 80 points (at least 70)',
  })),
}

const rendered = (compared: Comparison, most = 25): string =>
  renderComparison(pretendTerminal().terminal, compared, { name: 'Scarf', most })

test('counts by pair, what was not compared, and the differences with their condition', () => {
  const text = rendered(COMPARED)
  expect(text).toContain('4 accounts compared with scarf_funnel_stage of hubspot: 2 agree (50 %), 2 differ')
  expect(text).toContain('1,200 without a record, 3 with an empty field, 4 with what is no stage')
  expect(text).not.toContain('ambiguous')
  expect(text).toContain('No stage: Churned [2J (4)')
  expect(text).toMatch(/Ongoing Usage +0 +0 +2 +0 +0/)
  expect(text).toMatch(/acme\.com +Experimentation +Ongoing Usage: 80 points \(at least 70\)/)
  expect(text).not.toContain('more;')
})

test('so many differences at most, and how many there are beside', () => {
  const text = rendered(COMPARED, 1)
  expect(text).not.toContain('beta.io')
  expect(text).toContain('… and 1 more; --top shows more, --json all')
})

test('nothing to compare is told without empty tables', () => {
  const text = rendered({ ...COMPARED, agree: 0, differ: 0, pairs: [], differences: [] })
  expect(text).toContain('0 accounts compared')
  expect(text).not.toContain('%')
  expect(text).not.toContain('ours')
})
