import pRetry from 'p-retry'
import { RequestFailed } from '../../contract/faults.ts'
import type { Bulk, Ticket } from '../../contract/session.ts'
import type { PlannedChange } from '../../domain/planned-change.ts'
import { isPassing, RETRIES } from '../session/call.ts'
import type { ConnectorSession } from '../session/connector-session.ts'
import type { Delivery } from './delivery.ts'
import { dropFilled } from './if-empty.ts'
import { isUrgent } from './urgent.ts'
import { toChange } from './write-once.ts'

/** There is another way: what is only busy is asked again soon, and then left alone. */
const OPEN_RETRIES = 2

/** Changes that go together: of one object, all to be made or all to be changed, worth about the same. */
export interface JobGroup {
  object: string
  creates: boolean
  urgent: boolean
  changes: number
}

/** The groups that are large enough for a job; none where the CRM has no jobs. */
export async function jobGroups({
  connector,
  state,
  runId,
}: Pick<Delivery, 'connector' | 'state' | 'runId'>): Promise<JobGroup[]> {
  const { session, capabilities, name } = connector
  const { bulk } = session
  if (bulk === undefined) return []
  const kinds = await state.changes.plannedByKind(runId, name)
  const groups = Map.groupBy(kinds, kind => `${kind.object} ${kind.creates} ${isUrgent(kind)}`)
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const changes = others.reduce((sum, other) => sum + other.changes, first.changes)
      return [{ object: first.object, creates: first.creates, urgent: isUrgent(first), changes }]
    })
    .filter(({ object, creates, changes }) => {
      // A job that is done twice must make nothing twice: its creates can't be looked for one by one.
      const isSafe = !creates || capabilities.idempotentCreates.includes(object)
      return isSafe && changes >= bulk.minChanges
    })
}

/** Hands over a group, job by job. What is too little for another job, or what no job was opened for, is left planned. */
export async function sendJobs(delivery: Delivery, group: JobGroup): Promise<void> {
  const { bulk } = delivery.connector.session
  if (bulk === undefined) return
  for (;;) {
    const next = await nextOf(delivery, group, bulk.maxChanges)
    if (next.length < bulk.minChanges) return
    const changes = await dropFilled(delivery, next)
    if (changes.length === 0) continue
    if (!(await sendJob(delivery, bulk, group, changes))) return
  }
}

/** Whether a job can carry this change at all. */
export function mayGoByJob(connector: ConnectorSession, change: PlannedChange): boolean {
  if (change.kind !== 'account') return false
  const { bulk } = connector.session
  const isTaken = bulk?.takes?.(toChange(change, change.remoteId ?? undefined, connector)) ?? true
  return bulk !== undefined && isTaken
}

/** The changes of the next job, most worth first: as many as one job takes, and so as many as are in memory. */
async function nextOf(
  { connector, state, runId }: Delivery,
  { object, creates, urgent }: JobGroup,
  most: number,
): Promise<PlannedChange[]> {
  const next: PlannedChange[] = []
  for await (const page of state.changes.planned(runId, connector.name)) {
    const own = page.filter(
      change =>
        change.object === object &&
        (change.remoteId === null) === creates &&
        isUrgent(change) === urgent &&
        mayGoByJob(connector, change),
    )
    next.push(...own.slice(0, most - next.length))
    if (next.length === most) break
  }
  return next
}

/** @returns false where the CRM opened no job: then the changes go another way */
async function sendJob(
  { connector, state, runId }: Delivery,
  bulk: Bulk,
  group: JobGroup,
  changes: readonly PlannedChange[],
): Promise<boolean> {
  const ticket = await opened(connector, bulk, group)
  if (ticket === null) return false
  const at = new Date(connector.clock.now())
  await state.tickets.put(runId, connector.name, ticket, { changes, at })
  try {
    await bulk.send(
      ticket,
      changes.map(change => toChange(change, change.remoteId ?? undefined, connector)),
      connector.finishing,
    )
  } catch (error) {
    // Whether the job has its changes is told by the job itself, when it is asked for its results.
    if (!(error instanceof RequestFailed)) throw error
  }
  return true
}

/** An empty job that nobody heard of does no harm: opening one is repeated like a read. */
async function opened(
  { call }: ConnectorSession,
  bulk: Bulk,
  { object, creates }: JobGroup,
): Promise<Ticket | null> {
  try {
    return await pRetry(() => bulk.open({ object, creates }, call), {
      ...RETRIES,
      retries: OPEN_RETRIES,
      signal: call.signal,
      shouldRetry: ({ error }) => error instanceof RequestFailed && isPassing(error.failure.kind),
    })
  } catch (error) {
    if (error instanceof RequestFailed) return null
    throw error
  }
}
