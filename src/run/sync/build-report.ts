import type { ConnectorReport } from '../../delivery/connector-report.ts'
import { isoSecond } from '../../plan/values/mappable-values.ts'
import type { Scoring } from '../../scoring/score.ts'
import type { State } from '../../state/state.ts'
import type { NoticesOfRun } from '../notices/notices-of-run.ts'
import type { RunReport } from './report.ts'
import type { Stepped } from './step-accounts.ts'

export interface ReportParts {
  runId: string
  asOf: Date
  state: State
  scoring: Pick<Scoring, 'signals' | 'badRows'>
  stepped: Stepped
  connectors: Record<string, ConnectorReport>
  /** What became of the outbox; null where nothing is delivered. */
  told: NoticesOfRun | null
  seconds: number
}

export async function buildReport(parts: ReportParts): Promise<RunReport> {
  const { runId, asOf, state, scoring, stepped, connectors, told, seconds } = parts
  const moves = await state.moves.countsByMove(runId)
  return {
    runId,
    status: withNotices(statusOf(Object.values(connectors)), told),
    asOf: isoSecond(asOf),
    signals: { ...scoring.signals, badRows: scoring.badRows },
    accounts: {
      scored: stepped.scored,
      byStage: await state.accounts.countsByStage(),
      retired: stepped.retired,
    },
    stageChanges: {
      total: moves.reduce((sum, { accounts }) => sum + accounts, 0),
      byMove: Object.fromEntries(
        moves.map(({ from, to, accounts }) => [`${from ?? 'none'}→${to}`, accounts]),
      ),
    },
    connectors,
    notices: {
      delivered: told?.delivered ?? 0,
      pending: await state.notices.count('pending'),
      failed: told?.failed ?? 0,
      dropped: (told?.dropped ?? 0) + stepped.silenced,
    },
    ...(told !== null && told.problems.length > 0 ? { problems: told.problems } : {}),
    seconds,
  }
}

/** A notice that failed for good is work that was not done. */
const withNotices = (status: RunReport['status'], told: NoticesOfRun | null): RunReport['status'] =>
  status === 'ok' && told !== null && told.failed > 0 ? 'partial' : status

/** `failed` where every connector failed before it wrote or finished anything; `partial` where one fell short. */
export function statusOf(connectors: readonly ConnectorReport[]): RunReport['status'] {
  if (connectors.every(({ status }) => status === 'ok')) return 'ok'
  return connectors.every(({ status }) => status === 'failed') ? 'failed' : 'partial'
}
