import type { Account, Remembered } from '../../domain/account.ts'
import type { OutboxNotice } from '../../domain/notice.ts'
import { type NoticeRules, noticesFor } from '../../plan/notices/make-notices.ts'
import type { RiskChange, StageChange } from '../../state/moves.ts'
import type { State } from '../../state/state.ts'

/** Accounts on their way to the state, some at a time. */
export interface Rememberer {
  add(account: Account, before: Remembered | undefined): Promise<void>
  retire(domain: string, because: string): Promise<void>
  flush(): Promise<void>
  /** Notices that were not made, because their channel is silent in this run. */
  silenced(): number
}

const BATCH = 1_000

/** Remembers accounts with the moves that their step made, and puts those into the outbox: all three, or none. */
export function rememberInBatches(
  state: State,
  runId: string,
  asOf: Date,
  rules: NoticeRules | null,
): Rememberer {
  let accounts: Account[] = []
  let stages: StageChange[] = []
  let risks: RiskChange[] = []
  let notices: OutboxNotice[] = []
  let silenced = 0
  let retired: { domain: string; because: string }[] = []

  const flush = async (): Promise<void> => {
    await state.accounts.put(accounts, runId)
    await state.moves.add({ stages, risks })
    await state.notices.add(notices)
    await state.people.remove(retired.map(({ domain }) => domain))
    for (const [because, some] of Map.groupBy(retired, one => one.because)) {
      await state.accounts.retire(
        some.map(({ domain }) => domain),
        because,
      )
    }
    accounts = []
    stages = []
    risks = []
    notices = []
    retired = []
  }

  return {
    async add(account, before) {
      const stage = stageMove(account, runId, asOf)
      const risk = riskMove(account, before, runId, asOf)
      accounts.push(account)
      stages.push(...stage)
      risks.push(...risk)
      if (rules !== null) {
        const made = noticesFor(account, [...stage.map(asStageChange), ...risk.map(asRiskChange)], rules)
        notices.push(...made.notices)
        silenced += made.silenced
      }
      if (accounts.length >= BATCH) await flush()
    },
    async retire(domain, because) {
      retired.push({ domain, because })
      if (retired.length >= BATCH) await flush()
    },
    flush,
    silenced: () => silenced,
  }
}

const asStageChange = ({ from, to, direction }: StageChange) => ({
  about: 'stage' as const,
  from,
  to,
  direction,
})

const asRiskChange = ({ from, to }: RiskChange) => ({ about: 'risk' as const, from, to, direction: null })

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
