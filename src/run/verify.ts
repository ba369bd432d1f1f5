import { v7 as uuid } from 'uuid'
import { verifyConnector } from '../delivery/read/verify.ts'
import type { State } from '../state/state.ts'
import type { RunSurroundings } from './surroundings.ts'
import { statusOf } from './sync/build-report.ts'
import type { RunReport } from './sync/report.ts'

/**
 * Verifies every linked record of every connector, on a copy of the state. The report is added to.
 * @returns the run of the copy that what drifted is kept under, as its changes
 */
export async function verify(run: RunSurroundings, state: State, report: RunReport): Promise<string> {
  const { config, model, asOf, clock } = run
  const runId = uuid()
  const startedAt = new Date(clock.now())
  await state.runs.begin({ id: runId, startedAt, asOf, model: { name: model.name, hash: model.hash } })
  // All of them have ended before one's fault is thrown: the state is closed after that.
  const ended = await Promise.allSettled(
    Object.entries(report.connectors).map(async ([name, connector]) => {
      const entry = config.connectors[name]
      if (entry !== undefined) await verifyConnector({ ...run, entry, state, runId }, connector)
    }),
  )
  for (const end of ended) if (end.status === 'rejected') throw end.reason
  report.status = statusOf(Object.values(report.connectors))
  report.seconds = Math.round((report.seconds + (clock.now() - startedAt.getTime()) / 1_000) * 10) / 10
  return runId
}
