import { v7 as uuid } from 'uuid'
import type { ConnectorRun } from '../../delivery/connector-run.ts'
import { type ConnectorPart, runConnector } from '../../delivery/run-connector.ts'
import { checkConnectorConfig } from '../../delivery/session/open-connector.ts'
import { UserError } from '../../domain/errors.ts'
import type { State } from '../../state/state.ts'
import { accountNamer, domainsOf } from '../accounts/normalise.ts'
import { refuseAsOf } from '../as-of.ts'
import type { ConnectorParts } from '../connector-parts.ts'
import { heldBy, inLease } from '../in-lease.ts'
import { noticeRules } from '../notices/first-run.ts'
import { noticesOfRun } from '../notices/notices-of-run.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { inSpan } from '../telemetry/tracing.ts'
import { buildReport } from './build-report.ts'
import { forgetCleared } from './forget-cleared.ts'
import type { RunReport } from './report.ts'
import { failedReport, RunFailed } from './run-failed.ts'
import { scoreIntoState } from './score-into-state.ts'

/**
 * One run: score, remember, plan, deliver. Whatever happens, the state says what was done, and the next run goes on.
 * @throws UserError: config or usage (nothing done), or the lease held by another process; RunFailed where
 * scoring failed
 */
export async function sync(run: RunSurroundings & { guarded: boolean }): Promise<RunReport> {
  const { config, asOf, clock } = run
  for (const entry of Object.values(config.connectors)) await checkConnectorConfig(entry)
  const work = async (state: State, lease: Parameters<typeof heldBy>[0]) => {
    await state.runs.failAbandoned(new Date(clock.now()))
    await refuseAsOf(state, asOf, { allowed: false, now: new Date(clock.now()) })
    return recorded({ ...run, ...heldBy(lease, run.signal) }, state)
  }
  return inLease(config, new Date(clock.now()), work, run.onHeld)
}

async function recorded(run: RunSurroundings & { guarded: boolean }, state: State): Promise<RunReport> {
  const { model, asOf, clock, config } = run
  const runId = run.runId ?? uuid()
  const startedAt = new Date(clock.now())
  await state.runs.begin({ id: runId, startedAt, asOf, model: { name: model.name, hash: model.hash } })
  try {
    const report = await inSpan('oql.run', { 'oql.run_id': runId }, async span => {
      const done = await scoreAndDeliver(run, state, runId, true)
      span.setAttributes({ 'oql.status': done.status, 'oql.accounts': done.accounts.scored })
      return done
    })
    await state.runs.finish(runId, { at: new Date(clock.now()), status: report.status, report })
    const kept = (ms: number) => new Date(clock.now() - ms)
    const { runsMs, changesMs, noticesMs } = config.retention
    await state.prune({ runs: kept(runsMs), changes: kept(changesMs), notices: kept(noticesMs) })
    return report
  } catch (error) {
    const seconds = Math.round((clock.now() - startedAt.getTime()) / 100) / 10
    const message = config.redactor.text(error instanceof Error ? error.message : String(error))
    const report = failedReport({ runId, asOf, seconds, error: message })
    await state.runs.finish(runId, { at: new Date(clock.now()), status: 'failed', report })
    throw error instanceof UserError ? new RunFailed(error, report) : error
  }
}

/** The body of a run, on the state itself or on a copy of it. */
export async function scoreAndDeliver(
  run: RunSurroundings & { guarded: boolean },
  state: State,
  runId: string,
  deliver: boolean,
): Promise<RunReport> {
  const { clock } = run
  const began = clock.now()
  const notices = await noticeRules({ ...run, since: new Date(began) }, state, runId)
  const { stepped, scoring } = await inSpan('oql.score', {}, () =>
    scoreIntoState({ ...run, state, runId, notices }),
  )
  const outbox = { rules: notices, dropped: 0 }
  const parts = await runConnectors(run, state, runId, deliver, outbox)
  const told = deliver ? await inSpan('oql.notify', {}, () => noticesOfRun(run, state, runId, parts)) : null
  if (told !== null) told.dropped += outbox.dropped
  if (deliver) await forgetCleared(state, runId, parts, run.log)
  const seconds = Math.round((clock.now() - began) / 100) / 10
  const { connectors } = parts
  return buildReport({ runId, asOf: run.asOf, state, scoring, stepped, connectors, told, seconds })
}

/** All connectors at once: one that is slow or down holds up no other. */
async function runConnectors(
  run: RunSurroundings,
  state: State,
  runId: string,
  deliver: boolean,
  outbox: ConnectorRun['outbox'],
): Promise<ConnectorParts> {
  const { config } = run
  const shared = {
    ...run,
    state,
    runId,
    deliver,
    outbox,
    segments: config.segments,
    consoleUrl: config.serve.url,
    normalise: accountNamer(config.store),
    domainsOf: domainsOf(config.store),
    aliases: config.store.aliases,
  }
  const entries = Object.values(config.connectors).map(
    async (entry): Promise<[string, ConnectorPart]> => [
      entry.name,
      await inSpan('oql.connector', { 'oql.connector': entry.name }, () =>
        runConnector({ ...shared, entry }),
      ),
    ],
  )
  // All of them have ended before one's fault is thrown: the state is closed after that.
  const ended = await Promise.allSettled(entries)
  const parts = ended.map(end => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
  const namesWhere = (is: (part: ConnectorPart) => boolean) =>
    new Set(parts.flatMap(([name, part]) => (is(part) ? [name] : [])))
  return {
    connectors: Object.fromEntries(parts.map(([name, { report }]) => [name, report])),
    unplanned: namesWhere(({ isPlanned }) => !isPlanned),
    puttingOff: namesWhere(({ isPuttingOff }) => isPuttingOff),
  }
}
