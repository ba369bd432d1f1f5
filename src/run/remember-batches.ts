import type { Account, Remembered } from '../domain/account.ts'
import type { RiskChange, StageChange } from '../state/moves.ts'
import type { State } from '../state/state.ts'

/** Accounts on their way to the state, some at a time. */
export interface Rememberer {
  add(account: Account, before: Remembered | undefined): Promise<void>
  retire(domain: string, because: string): Promise<void>
  flush(): Promise<void>
}

const BATCH = 1_000

/** Remembers accounts with the moves that their step made. */
export function rememberInBatches(state: State, runId: string, asOf: Date): Rememberer {
  let accounts: Account[] = []
  let stages: StageChange[] = []
  let risks: RiskChange[] = []
  let retired: { domain: string; because: string }[] = []

  const flush = async (): Promise<void> => {
    await state.accounts.put(accounts, runId)
    await state.moves.add({ stages, risks })
    for (const [because, some] of Map.groupBy(retired, one => one.because)) {
      await state.accounts.retire(
        some.map(({ domain }) => domain),
        because,
      )
    }
    accounts = []
    stages = []
    risks = []
    retired = []
  }

  return {
    async add(account, before) {
      accounts.push(account)
      stages.push(...stageMove(account, runId, asOf))
      risks.push(...riskMove(account, before, runId, asOf))
      if (accounts.length >= BATCH) await flush()
    },
    async retire(domain, because) {
      retired.push({ domain, because })
      if (retired.length >= BATCH) await flush()
    },
    flush,
  }
}

function stageMove(
  { domain, direction, previousStage, stage, reason }: Account,
  runId: string,
  at: Date,
): StageChange[] {
  return direction === null ? [] : [{ domain, at, runId, from: previousStage, to: stage, direction, reason }]
}

function riskMove(
  { domain, risk, reason }: Account,
  before: Remembered | undefined,
  runId: string,
  at: Date,
): RiskChange[] {
  const from = before?.risk ?? null
  return from === risk ? [] : [{ domain, at, runId, from, to: risk, reason }]
}
