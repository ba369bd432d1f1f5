import { EXIT, UserError } from '../domain/errors.ts'

/** One fault in one config file. */
export interface ConfigProblem {
  /** As a person would type it: relative to the working directory where it lies below it. */
  file: string
  /** From 1. */
  line: number
  /** Such as `store.sources[0].format`; empty where the fault is the file's own. */
  key: string
  /** Never holds a value that came from the environment or from a file. */
  message: string
  /** The known name that is most like the unknown one. */
  nearest?: string
}

/** Everything that is wrong in all config files, at once. Exit code 2: nothing was read or written. */
export class ConfigError extends UserError {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describe).join('\n'), { exitCode: EXIT.usage })
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function describe({ file, line, key, message, nearest }: ConfigProblem): string {
  const guess = nearest === undefined ? '' : `; did you mean "${nearest}"?`
  return `${file}:${line} ${key === '' ? '' : `${key}: `}${message}${guess}`
}
