import { v7 as uuid } from 'uuid'
import type { Config } from '../config/config.ts'
import { blankReport, type ConnectorReport } from '../delivery/connector-report.ts'
import type { RecordLeftAlone } from '../delivery/revert/plan-reverts.ts'
import { revertConnector } from '../delivery/revert/revert-connector.ts'
import { checkConnectorConfig } from '../delivery/session/open-connector.ts'
import { EXIT, UserError } from '../domain/errors.ts'
import type { PlannedChange } from '../domain/planned-change.ts'
import { isoSecond } from '../plan/values/mappable-values.ts'
import type { Run } from '../state/runs.ts'
import { forkState, type State } from '../state/state.ts'
import { heldBy, inLease } from './in-lease.ts'
import { runCalled } from './run-called.ts'
import type { RunSurroundings } from './surroundings.ts'
import { statusOf } from './sync/build-report.ts'

/** What a revert came to: what `revert --json` prints, beside its changes, and the state keeps. */
export interface RevertReport {
  runId: string
  /** The run that was undone. */
  reverts: string
  status: 'ok' | 'partial' | 'failed'
  asOf: string
  connectors: Record<string, ConnectorReport>
  /** Fields that a person, or a later run, changed since; of many only the first. */
  leftAlone: RecordLeftAlone[]
  seconds: number
}

/** What a revert would do now. */
export interface RevertPlanned {
  report: RevertReport
  /** Connector by connector; read a page at a time. */
  changes(): AsyncIterable<PlannedChange>
  close(): Promise<void>
}

/**
 * Everything of a revert up to the writing, on a copy of the state: nothing is written, anywhere. The caller closes it.
 * @throws UserError (exit 2) where there is no such run, or nothing of it to put back
 */
export async function planRevert(run: RunSurroundings, id: string): Promise<RevertPlanned> {
  await checkConfigs(run.config)
  const state = await forkState(run.config.state)
  try {
    const undone = await undoable(run, state, id)
    const report = await putBack(run, state, undone, false)
    return { report, changes: () => changesOf(state, report), close: () => state.close() }
  } catch (error) {
    await state.close()
    throw error
  }
}

/**
 * Puts the fields that a run wrote back to what they were before it, as a run of its own. Whatever happens, the state
 * says what was done, and the same revert again goes on.
 * @throws UserError as `planRevert`, or (exit 4) where another process holds the lease
 */
export async function revert(run: RunSurroundings, id: string): Promise<RevertReport> {
  await checkConfigs(run.config)
  const now = () => new Date(run.clock.now())
  return inLease(run.config, now(), async (state, lease) => {
    await state.runs.failAbandoned(now())
    const undone = await undoable(run, state, id)
    return putBack({ ...run, ...heldBy(lease, run.signal) }, state, undone, true)
  })
}

/** What a revert changed or would change. */
export async function* changesOf(
  state: State,
  { runId, connectors }: Pick<RevertReport, 'runId' | 'connectors'>,
): AsyncGenerator<PlannedChange> {
  for (const connector of Object.keys(connectors)) yield* state.changes.list(runId, connector)
}

const checkConfigs = (config: Config): Promise<unknown> =>
  Promise.all(Object.values(config.connectors).map(checkConnectorConfig))

/** A run, and how many changes each CRM took of it, or has in a job. */
interface Undoable {
  run: Run
  written: ReadonlyMap<string, number>
}

async function undoable({ config, clock }: RunSurroundings, state: State, id: string): Promise<Undoable> {
  const run = await runCalled(state, id)
  const written = new Map<string, number>()
  for (const connector of await state.changes.connectorsOf(run.id)) {
    const counts = await state.changes.countsByStatus(run.id, connector)
    const inJobs = await state.tickets.countWaiting(connector, run.id)
    const changes = counts.written + counts.created + inJobs
    if (changes > 0) written.set(connector, changes)
  }
  if (written.size > 0) return { run, written }
  const { changesMs } = config.retention
  const isPast = run.startedAt.getTime() < clock.now() - changesMs
  throw isPast
    ? new UserError(`what run ${run.id} wrote is not kept any more`, {
        exitCode: EXIT.usage,
        hint: `retention.changes keeps changes for ${Math.round(changesMs / MS_PER_DAY)} days; the run began ${isoSecond(run.startedAt)}.`,
      })
    : new UserError(`run ${run.id} wrote nothing: there is nothing to put back`, {
        exitCode: EXIT.usage,
        hint: 'oql runs lists the runs, with their writes.',
      })
}

const MS_PER_DAY = 86_400_000

async function putBack(
  run: RunSurroundings,
  state: State,
  undone: Undoable,
  deliver: boolean,
): Promise<RevertReport> {
  const { asOf, model, clock } = run
  const runId = uuid()
  const began = clock.now()
  const of = { name: model.name, hash: model.hash }
  await state.runs.begin({ id: runId, startedAt: new Date(began), asOf, model: of })
  try {
    const report = await reported(run, state, undone, { runId, deliver, began })
    await state.runs.finish(runId, { at: new Date(clock.now()), status: report.status, report })
    return report
  } catch (error) {
    const message = run.config.redactor.text(error instanceof Error ? error.message : String(error))
    const report = { runId, reverts: undone.run.id, status: 'failed', error: message }
    await state.runs.finish(runId, { at: new Date(clock.now()), status: 'failed', report })
    throw error
  }
}

async function reported(
  run: RunSurroundings,
  state: State,
  { run: { id: of }, written }: Undoable,
  { runId, deliver, began }: { runId: string; deliver: boolean; began: number },
): Promise<RevertReport> {
  const { config, asOf, clock } = run
  // All of them have ended before one's fault is thrown: the state is closed after that.
  const ended = await Promise.allSettled(
    [...written].map(async ([name, changes]) => {
      const entry = config.connectors[name]
      const done =
        entry === undefined
          ? { report: unknownConnector(name, changes), leftAlone: [] }
          : await revertConnector({ ...run, entry, state, of, runId, deliver })
      return { name, ...done }
    }),
  )
  const parts = ended.map(end => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
  return {
    runId,
    reverts: of,
    status: statusOf(parts.map(({ report }) => report)),
    asOf: isoSecond(asOf),
    connectors: Object.fromEntries(parts.map(({ name, report }) => [name, report])),
    leftAlone: parts.flatMap(({ leftAlone }) => leftAlone),
    seconds: Math.round((clock.now() - began) / 100) / 10,
  }
}

const unknownConnector = (name: string, changes: number): ConnectorReport => ({
  ...blankReport(),
  status: 'failed',
  problems: [
    `${name} is not in the config any more: ${changes} records stay as the run wrote them. Add it again under connectors: to put them back`,
  ],
})
