import type { OutboxNotice } from '../domain/notice.ts'
import type { NoticeOutcome } from '../state/outbox/settled-notices.ts'
import type { State } from '../state/state.ts'
import { backOffMs } from './back-off.ts'
import { outcomeOf, type Retrying, withOneLuck } from './outcome-of.ts'
import type { Sender, Sent } from './sender.ts'
import { ChannelEnded } from './sender.ts'

export interface Draining extends Retrying {
  state: State
  clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> }
  /** Aborted when the run is to stop: what is under way is finished and recorded. */
  signal: AbortSignal
  /** Throws once another process may hold the lease: it tells from now on. */
  assertHeld?: (() => Promise<void>) | undefined
  /** Most notices that a channel sends in one run. */
  maxPerRun: number
}

/** How one channel fared in one run. */
export interface ChannelCounts {
  delivered: number
  failed: number
  /** It could not go on: others that go the same way need not try. */
  hasEnded: boolean
  /** For people. */
  problems: string[]
}

/** A run waits so long in all for one channel's next attempts: it holds the lease. Later ones are the next run's. */
export const PATIENCE_MS = 30_000
/** So many requests in a row that came to nothing: the receiver is down. One that fails by chance never gets here. */
const HOPELESS_ATTEMPTS = 20

/** Where a channel stands within a run. */
interface Progress {
  /** Notices that may still be sent. */
  left: number
  /** Others could go, and may not in this run. */
  isCut: boolean
  patienceMs: number
  failuresInARow: number
  /** By id, what those that failed in passing wait for. */
  waiting: Map<string, string>
  failures: string[]
  delivered: number
}

/** Sends what of a channel may go, oldest first, each account's in order, and records what became of it. */
export async function drain(draining: Draining, sender: Sender): Promise<ChannelCounts> {
  const progress: Progress = {
    left: draining.maxPerRun,
    isCut: false,
    patienceMs: PATIENCE_MS,
    failuresInARow: 0,
    waiting: new Map(),
    failures: [],
    delivered: 0,
  }
  const { channel } = sender.outlet
  const problems: string[] = []
  try {
    while (await sendNext(draining, sender, progress)) if (isHopeless(progress)) break
  } catch (error) {
    if (!(error instanceof ChannelEnded)) throw error
    problems.push(error.message)
  }
  return {
    delivered: progress.delivered,
    failed: progress.failures.length,
    hasEnded: problems.length > 0,
    problems: [...problems, ...problemsOf(channel, progress)],
  }
}

const isHopeless = ({ failuresInARow }: Progress): boolean => failuresInARow >= HOPELESS_ATTEMPTS

/** @returns whether there may be more to send */
async function sendNext(draining: Draining, sender: Sender, progress: Progress): Promise<boolean> {
  const { state, clock, signal } = draining
  if (signal.aborted) return false
  const now = new Date(clock.now())
  if (progress.left <= 0) {
    progress.isCut = (await state.notices.ready(sender.outlet, now, 1)).length > 0
    return false
  }
  const limit = Math.min(progress.left, Math.max(1, sender.batchSize()))
  const batch = await state.notices.ready(sender.outlet, now, limit)
  if (batch.length === 0) return waitForNext(draining, sender, progress, now)
  progress.left -= batch.length
  await draining.assertHeld?.()
  if (sender.marksBefore) await state.notices.markTried(batch.map(({ id }) => id))
  const sent = await sender.send(batch)
  await settle(draining, sender, progress, batch, sent)
  return true
}

/** @returns whether the next attempt is near enough, and its time has come now */
async function waitForNext(
  { state, clock, signal }: Draining,
  { outlet }: Sender,
  progress: Progress,
  now: Date,
): Promise<boolean> {
  const next = await state.notices.nextAttempt(outlet, now)
  const waitMs = next === null ? Number.POSITIVE_INFINITY : next.getTime() - now.getTime()
  if (waitMs > progress.patienceMs) return false
  progress.patienceMs -= waitMs
  await sleepUnlessStopped(clock, waitMs, signal)
  return true
}

export async function sleepUnlessStopped(
  clock: Draining['clock'],
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function settle(
  draining: Draining,
  { outlet, isOneRequest }: Sender,
  progress: Progress,
  batch: readonly OutboxNotice[],
  sent: readonly Sent[],
): Promise<void> {
  const { state, clock } = draining
  const now = clock.now()
  const notices = new Map(batch.map(notice => [notice.id, notice]))
  const retrying = isOneRequest ? withOneLuck(draining) : draining
  const outcomes = sent.flatMap(one => {
    const notice = notices.get(one.id)
    return notice === undefined ? [] : [outcomeOf(retrying, notice, one, now)]
  })
  await state.notices.record(outcomes, new Date(now))
  const pauseMs = Math.max(0, ...sent.map(one => (one.status === 'again' ? (one.pauseMs ?? 0) : 0)))
  if (pauseMs > 0) await state.notices.putOff(outlet, new Date(now + backOffMs(0, 0, pauseMs)))
  for (const outcome of outcomes) note(progress, outcome)
  const requests = isOneRequest ? [outcomes] : outcomes.map(outcome => [outcome])
  for (const told of requests) {
    const cameToNothing = told.every(({ status }) => status === 'again')
    progress.failuresInARow = cameToNothing ? progress.failuresInARow + 1 : 0
  }
}

function note(progress: Progress, outcome: NoticeOutcome): void {
  progress.waiting.delete(outcome.id)
  if (outcome.status === 'delivered') progress.delivered++
  else if (outcome.status === 'failed') progress.failures.push(outcome.error)
  else progress.waiting.set(outcome.id, outcome.error)
}

function problemsOf(channel: string, progress: Progress): string[] {
  const { failures, waiting, isCut } = progress
  const problems: string[] = []
  if (failures.length > 0) problems.push(failedForGood(channel, failures.length, failures.at(-1)))
  const why = [...waiting.values()].at(-1)
  if (why !== undefined)
    problems.push(`${channel}: ${waiting.size} notices wait for their next attempt: ${why}`)
  if (isCut) problems.push(`${channel}: notices.max_per_run is reached; what is left waits for the next run`)
  return problems
}

export const failedForGood = (channel: string, notices: number, why: string | undefined): string =>
  `${channel}: ${notices} ${notices === 1 ? 'notice' : 'notices'} failed for good${why === undefined ? '' : `: ${why}`}. ` +
  'oql notices --status failed lists them, oql notices retry sends them again'
