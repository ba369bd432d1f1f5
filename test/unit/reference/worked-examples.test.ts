import { describe, expect, it } from 'vitest'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import { type ReferenceAccount, reference } from '../../reference/reference.ts'
import { stepTime, WORKED_COMPANIES, type WorkedCompany } from '../../reference/worked-companies.ts'

/** A week after the last move of the table. */
const LAST_WEEK = 62

/** The account at each step, w1 first; one step a week from nothing remembered. */
function walk({ domain, rows }: WorkedCompany): ReferenceAccount[] {
  const walked: ReferenceAccount[] = []
  for (let week = 1; week <= LAST_WEEK; week += 1) {
    const { accounts } = reference(rows, {
      model: DEFAULT_MODEL,
      cleaning: PLAIN_CLEANING,
      asOf: stepTime(week),
      remembered: walked.slice(-1),
    })
    const [account, ...others] = accounts
    if (account?.domain !== domain || others.length > 0) throw new Error(`${domain} is not the only account`)
    walked.push(account)
  }
  return walked
}

/** The values that are not the same as at the step before, with their week. */
function changes<T>(values: readonly T[], before: T): [number, T][] {
  return values.flatMap((value, index): [number, T][] =>
    value === (index === 0 ? before : values[index - 1]) ? [] : [[index + 1, value]],
  )
}

describe.each(WORKED_COMPANIES)('$domain', company => {
  const walked = walk(company)

  it('changes stage at the named steps, with the named points, and at no other', () => {
    const moves = walked.flatMap(({ direction, stage, points }, index) =>
      direction === null ? [] : [[index + 1, stage, stage === 'inactive' ? null : points]],
    )
    expect(moves).toEqual(company.stages)
  })

  it('changes risk at the named steps and at no other', () => {
    expect(
      changes(
        walked.map(account => account.risk),
        null,
      ),
    ).toEqual(company.risks)
  })

  it('has at most the named points, and a score of 0 exactly while it is inactive', () => {
    if (company.mostPoints !== undefined) {
      expect(Math.max(...walked.map(account => account.points))).toBe(company.mostPoints)
    }
    for (const { score, points, stage } of walked) expect(score).toBe(stage === 'inactive' ? 0 : points)
  })
})

describe('the company that comes back', () => {
  it('is back at w48, after it went down at w26', () => {
    const company = WORKED_COMPANIES.find(({ domain }) => domain === 'gone-and-back.com')
    if (company === undefined) throw new Error('gone-and-back.com is not in the table')
    const walked = walk(company)
    expect(walked[47]).toMatchObject({ direction: 'back', previousStage: 'inactive', stageDirection: 'back' })
    expect(walked[25]).toMatchObject({ direction: 'down', previousStage: 'ongoing_usage' })
  })
})
