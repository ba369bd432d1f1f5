import { type CheckProblem, type CheckReport, RequestFailed } from '../../../src/contract/index.ts'

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

/** What `ask` says, or `instead` where this request alone is refused. */
export async function unlessRefused<T>(ask: () => Promise<T>, instead: T): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof RequestFailed) || !REFUSALS.has(error.failure.kind)) throw error
    return instead
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['invalid', 'gone', 'forbidden', 'duplicate'])
