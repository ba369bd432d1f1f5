import type { CheckProblem, CheckReport } from '../../src/contract/index.ts'

/** What a part of the check found. */
export type Findings = Pick<CheckReport, 'problems' | 'warnings'>

export const NOTHING: Findings = { problems: [], warnings: [] }

export const together = (parts: readonly Findings[]): Findings => ({
  problems: distinct(parts.flatMap(({ problems }) => problems)),
  warnings: distinct(parts.flatMap(({ warnings }) => warnings)),
})

const distinct = (problems: readonly CheckProblem[]): CheckProblem[] => [
  ...new Map(problems.map(problem => [problem.message, problem])).values(),
]
