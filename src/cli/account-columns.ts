import type { AccountJson } from '../run/accounts/account-json.ts'

type Cell = string | number | null

/** The columns of a list of accounts in a file: as in `--json`, in snake_case. */
const COLUMNS: readonly (readonly [string, (account: AccountJson) => Cell])[] = [
  ['domain', account => account.domain],
  ['name', account => account.name],
  ['stage', account => account.stage],
  ['score', account => account.score],
  ['points', account => account.points],
  ['called_stage', account => account.calledStage],
  ['direction', account => account.direction],
  ['stage_since', account => account.stageSince],
  ['trend', account => account.trend],
  ['risk', account => account.risk],
  ['first_seen', account => account.firstSeen],
  ['last_seen', account => account.lastSeen],
  ['reason', account => account.reason],
  ['top_artifacts', account => account.facts.top_artifacts.join(', ')],
]

/** Facts that stand in a column already. */
const ELSEWHERE: ReadonlySet<string> = new Set(['first_seen', 'last_seen', 'top_artifacts'])

/** One account as a row of a file: its own columns, then every fact. Numbers stay numbers. */
export function accountRow(account: AccountJson): Record<string, Cell> {
  const own = COLUMNS.map(([name, read]): [string, Cell] => [name, read(account)])
  const facts = Object.entries(account.facts).flatMap(([name, value]): [string, Cell][] =>
    ELSEWHERE.has(name) || (typeof value === 'object' && value !== null) ? [] : [[name, value]],
  )
  return Object.fromEntries([...own, ...facts])
}
