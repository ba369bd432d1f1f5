import { RequestFailed } from '../../contract/faults.ts'
import type { Result } from '../../contract/records.ts'
import { chunks } from '../../state/rows/batches.ts'
import type { OpenTicket, TicketChange } from '../../state/tickets.ts'
import { isPassing } from '../session/call.ts'
import type { Delivery } from './delivery.ts'
import { recordBatch } from './record-batch.ts'
import type { Settled } from './settled.ts'
import { toChange } from './write-once.ts'

/** A job of ten thousand records takes a minute or two; one that takes longer than this is left to the next run. */
const JOB_PATIENCE_MS = 10 * 60_000

/** Most jobs are done after seconds; each question is a call of the day's. */
const FIRST_POLL_MS = 2_000
const LONGEST_POLL_MS = 30_000

/** Outcomes recorded in one transaction: as many as a page has. */
const RECORDED_AT_ONCE = 1_000

/**
 * Asks for the results of every open job, of this run and of runs before it, and records them as of the run that handed
 * the job over. Jobs that are still at work when patience ends stay for the next run.
 */
export async function collectJobs(delivery: Delivery): Promise<void> {
  const { connector, state } = delivery
  const { clock, call, name } = connector
  const until = clock.now() + JOB_PATIENCE_MS
  let running = await state.tickets.open(name)
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(2 * wait, LONGEST_POLL_MS)) {
    running = await stillRunning(delivery, running)
    if (running.length === 0 || clock.now() + wait > until) return
    await clock.sleep(wait, call.signal)
  }
}

async function stillRunning(delivery: Delivery, tickets: readonly OpenTicket[]): Promise<OpenTicket[]> {
  const running: OpenTicket[] = []
  for (const ticket of tickets) if ((await collect(delivery, ticket)) === 'running') running.push(ticket)
  return running
}

async function collect(delivery: Delivery, open: OpenTicket): Promise<'running' | 'over'> {
  const { connector, state } = delivery
  const { ticket, runId } = open
  const sent = await state.tickets.changes(connector.name, ticket.id)
  const answer = await asked(delivery, open, sent)
  if (answer === 'unanswered') return 'over'
  if (answer === 'running') return 'running'
  if (answer !== 'not_sent') await recordResults(delivery, open, sent, answer)
  await state.tickets.close(connector.name, ticket.id, runId === delivery.runId ? 'released' : 'dropped')
  return 'over'
}

type Answer = Result[] | 'running' | 'not_sent' | 'unanswered'

async function asked(
  { connector, counts }: Delivery,
  { ticket }: OpenTicket,
  sent: readonly TicketChange[],
): Promise<Answer> {
  const { session, call } = connector
  // Another connector goes by this name now.
  if (session.bulk === undefined) return 'not_sent'
  // A create that is recorded has the id of what it made.
  const idOf = ({ change }: TicketChange) => (ticket.creates ? undefined : (change.remoteId ?? undefined))
  try {
    return await session.bulk.collect(
      ticket,
      sent.map(one => toChange(one.change, idOf(one), connector)),
      call,
    )
  } catch (error) {
    // A job that can't be asked about now is asked about in the next run.
    if (!(error instanceof RequestFailed)) throw error
    counts.unanswered.push(error.failure.message)
    return 'unanswered'
  }
}

/** Those that failed in passing get no outcome: they are sent another way, or planned anew. */
async function recordResults(
  delivery: Delivery,
  { runId, asOf }: OpenTicket,
  sent: readonly TicketChange[],
  results: readonly Result[],
): Promise<void> {
  const byKey = new Map(results.map(result => [result.key, result]))
  const settled = sent.flatMap(({ change, isRecorded }): Settled[] => {
    const result = byKey.get(change.key)
    if (isRecorded || result === undefined) return []
    return result.status === 'failed' && isPassing(result.failure.kind) ? [] : [{ change, result }]
  })
  for (const some of chunks(settled, RECORDED_AT_ONCE)) {
    await recordBatch({ ...delivery, runId, asOf }, some)
    delivery.progress(some.length)
  }
}
