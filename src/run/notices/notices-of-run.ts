import type { State } from '../../state/state.ts'
import { releaseConfirmed } from '../../workflow/confirm.ts'
import type { ConnectorParts } from '../connector-parts.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { deliverNotices } from './deliver-notices.ts'

/** What a run did with the outbox; what is still pending is counted when all is over. */
export interface NoticesOfRun {
  delivered: number
  failed: number
  dropped: number
  /** For people. */
  problems: readonly string[]
}

/**
 * The last part of a run: what the CRMs confirmed becomes due, and what is due is delivered. The calls that it costs
 * are counted in the connectors' reports.
 */
export async function noticesOfRun(
  run: RunSurroundings,
  state: State,
  runId: string,
  { connectors, unplanned, puttingOff }: ConnectorParts,
): Promise<NoticesOfRun> {
  const { config, model, asOf, clock } = run
  const context = { model: model.name, labels: model.labels, asOf, consoleUrl: config.serve.url }
  let dropped = 0
  for (const [connector, { status }] of Object.entries(connectors)) {
    // What the CRM holds is as it should be where nothing else was planned, and only there.
    if (status === 'failed' || unplanned.has(connector)) continue
    const only = config.connectors[connector]?.only ?? null
    const now = new Date(clock.now())
    dropped += await releaseConfirmed({
      state,
      connector,
      runId,
      only,
      context,
      segments: config.segments,
      now,
      isPuttingOff: puttingOff.has(connector),
    })
    await state.connectors.update(connector, { firstRunDone: true })
  }
  const failed = Object.entries(connectors).flatMap(([name, { status }]) =>
    status === 'failed' ? [name] : [],
  )
  const told = await deliverNotices({ ...run, state, without: new Set(failed) })
  for (const [name, { read, write }] of Object.entries(told.calls)) {
    const report = connectors[name]
    if (report === undefined) continue
    report.calls = { read: report.calls.read + read, write: report.calls.write + write }
  }
  const { delivered, problems } = told
  return { delivered, failed: told.failed, dropped: dropped + told.dropped, problems }
}
