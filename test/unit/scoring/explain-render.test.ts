import { PassThrough } from 'node:stream'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderExplanation } from '../../../src/cli/render-explain.ts'
import { createTerminal } from '../../../src/cli/terminal.ts'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import type { Account } from '../../../src/domain/account.ts'
import { explanationOf } from '../../../src/scoring/explain.ts'
import { CLASS_COLUMNS } from '../../../src/scoring/importance.ts'
import type { StageChange } from '../../../src/state/moves.ts'
import type { Row } from '../../../src/store/duckdb.ts'
import { factsWith } from '../domain/facts-with.ts'
import { account } from '../state/account.ts'

const AS_OF = new Date('2025-06-15T00:00:00Z')

let model: Model
beforeAll(async () => {
  model = await loadModel(shippedFile('config/model.yaml'), {})
})

const plain = () =>
  createTerminal({
    stdin: {},
    stdout: Object.assign(new PassThrough(), { columns: 120 }),
    stderr: new PassThrough(),
    env: {},
  })

/** Two months of one class, its caps at work, and one view. */
const DAYS: Row[] = ['2025-05-05', '2025-05-06', '2025-06-02'].map((day, index) => ({
  day: new Date(`${day}T00:00:00Z`),
  ...Object.fromEntries(CLASS_COLUMNS.map(({ column }) => [column, 0])),
  custom: 0,
  download_medium: 3,
  view_high: index === 2 ? 1 : 0,
}))

function lines(changes: Partial<Account>, history: StageChange[] = [], days = DAYS): string[] {
  const explained = explanationOf(account('acme.com', changes), days, model, AS_OF)
  return renderExplanation({ ...explained, asOf: AS_OF, model, history }, plain())
}

const FACTS = factsWith({ last_seen_days: 13, uses_90: 9, use_days_90: 20, use_days_30: 4, signals_90: 10 })

describe('an explanation as people read it', () => {
  test('a row of the ledger is earned less what the caps took, and the columns add up', () => {
    const shown = lines({ points: 31, facts: FACTS, calledStage: 'investigation', lowerSince: null })
    const from = shown.findIndex(line => line.startsWith('class'))
    expect(shown.slice(from, from + 6)).toEqual([
      'class            month     signals  earned  day cap  month cap  3 months cap  counted',
      'view.high        2025-06         1       1                                          1',
      'download.medium  2025-05         6      30      −10                                20',
      'download.medium  2025-06         3      15       −5                                10',
      '                 together        9      45      −15                                30',
      'all                             10      46      −15                                31',
    ])
  })

  test('a held stage says until when, and what keeps it', () => {
    const shown = lines({
      points: 31,
      facts: FACTS,
      stage: 'experimentation',
      calledStage: 'investigation',
      lowerSince: new Date('2025-06-10T06:00:00Z'),
    })
    expect(shown).toContain(
      'Called for  Investigation; Experimentation is held since 2025-06-10 06:00 and falls at 2025-06-17 06:00 unless a step calls for it again',
    )
    const missing = shown.indexOf('Missing to keep Experimentation, by the nearest way')
    expect(shown[missing + 1]).toBe('- 31 points: at least 40 needed, 9 more')
  })

  test('a risk stands with the numbers that it is reckoned from', () => {
    const risk = lines({ facts: FACTS, risk: 'high', stage: 'investigation' }).find(line =>
      line.startsWith('Risk'),
    )
    expect(risk).toContain('high: 4 days with a use in 30 days against a base of 8,')
  })

  test('every condition has its value and whether it holds', () => {
    const shown = lines({ points: 31, facts: FACTS, calledStage: 'investigation', stage: 'investigation' })
    expect(shown).toContain('✗ Inactive')
    expect(shown).toContain('    ✗ 13 days since the last signal (at least 60)')
    expect(shown).toContain('✓ Investigation, called for')
    expect(shown).toContain('    ✓ 31 points (at least 10)')
  })

  test('at the top nothing is missing', () => {
    const facts = { ...FACTS, use_weeks: 6 }
    const top = { stage: 'ongoing_usage', calledStage: 'ongoing_usage', lowerSince: null } as const
    expect(lines({ ...top, facts, points: 90 })).toContain('Nothing is missing: it is at the top.')
  })

  test('an account without signals in the window says so', () => {
    const facts = factsWith({ last_seen_days: 100 })
    const gone = {
      stage: 'inactive',
      calledStage: 'inactive',
      lowerSince: null,
      score: 0,
      points: 0,
    } as const
    const shown = lines({ ...gone, facts }, [], [])
    expect(shown).toContain('Signals of the last 90 days, since 2025-03-17: none.')
    expect(shown).toContain('- 100 days since the last signal: less than 60 needed, 41 less')
  })

  test('stage changes are told oldest first; a name from outside stays on its line', () => {
    const change = { domain: 'acme.com', runId: 'r', reason: 'Because' }
    const shown = lines({ name: 'Acme\n\u001b[2JInc.' }, [
      { ...change, at: new Date('2025-05-01T00:00:00Z'), from: null, to: 'interest', direction: 'first' },
      {
        ...change,
        at: new Date('2025-05-08T00:00:00Z'),
        from: 'interest',
        to: 'investigation',
        direction: 'up',
      },
    ])
    expect(shown.slice(-2)).toEqual([
      '2025-05-01 00:00  Interest (first): Because',
      '2025-05-08 00:00  Interest → Investigation (up): Because',
    ])
    expect(shown[0]).toBe('Acme [2JInc. (acme.com) at 2025-06-15 00:00 UTC, model default')
  })
})
